"""Muon: momentum whose direction is orthogonalised, for matrices and kernels (Jordan et al., 2024).

The step's size is scaled as in Liu et al., "Muon is scalable for LLM training" (2025), so that AdamW's learning rate
and weight decay carry over. `torch.optim.Muon` takes no convolution kernels and one matrix at a time.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

STEPS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrices: Tensor) -> Tensor:
    """Return nearly orthogonal matrices (k, m, n) with the singular vectors of `matrices`, by Newton-Schulz steps."""
    x = matrices.bfloat16() if matrices.is_cuda else matrices
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(STEPS):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.transpose(1, 2) if tall else x).to(matrices.dtype)


class Muon(torch.optim.Optimizer):
    """Steps parameters of two axes or more; those of one shape together, as one batch of matrices.

    Parameters
    ----------
    parameters : list of nn.Parameter
        Matrices (m, n) and kernels (m, n, h, w), which count as matrices (m, n h w).
    lr, momentum, weight_decay : float
        As in AdamW; momentum is Nesterov's.
    """

    def __init__(
        self, parameters: list[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.05
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None) -> None:  # type: ignore[override]
        """Take one step."""
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[nn.Parameter]] = {}
            for p in group["params"]:
                if p.grad is not None:
                    by_shape.setdefault(p.shape, []).append(p)
            for parameters in by_shape.values():
                self.step_together(parameters, group)

    def step_together(self, parameters: list[nn.Parameter], group: dict) -> None:
        """Step parameters of one shape."""
        for p in parameters:
            if "momentum" not in self.state[p]:
                self.state[p]["momentum"] = torch.zeros_like(p)
        grads = [p.grad for p in parameters]
        moments = [self.state[p]["momentum"] for p in parameters]
        torch._foreach_lerp_(moments, grads, 1 - group["momentum"])  # type: ignore[attr-defined]
        ahead = torch._foreach_lerp(grads, moments, group["momentum"])  # type: ignore[attr-defined]
        rows = parameters[0].shape[0]
        matrices = torch.stack([u.reshape(rows, -1) for u in ahead])
        scale = 0.2 * max(matrices.shape[1:]) ** 0.5 * group["lr"]
        steps = orthogonalise(matrices).view(len(parameters), *parameters[0].shape).unbind()
        torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])  # type: ignore[attr-defined]
        torch._foreach_add_(parameters, steps, alpha=-scale)  # type: ignore[attr-defined]
