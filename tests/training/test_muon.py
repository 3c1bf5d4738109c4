"""Muon: orthogonal steps, of the size that AdamW's have, for matrices and kernels alike."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from training.muon import Muon, orthogonalise


@pytest.mark.parametrize("shape", [(3, 16, 48), (2, 48, 16), (1, 20, 20)])
def test_orthogonalise_keeps_the_singular_vectors_and_levels_the_values(shape: tuple[int, int, int]) -> None:
    matrices = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    u, _, vh = torch.linalg.svd(matrices, full_matrices=False)
    mixed = u.transpose(1, 2) @ orthogonalise(matrices) @ vh.transpose(1, 2)
    values = mixed.diagonal(dim1=1, dim2=2)
    assert values.min() > 0.4 and values.max() < 1.3  # what five steps of this polynomial reach
    assert (mixed - torch.diag_embed(values)).abs().max() < 0.02


def test_kernels_step_as_their_matrices_do() -> None:
    gradient = torch.randn(8, 4, 3, 3, generator=torch.Generator().manual_seed(2))
    kernel, matrix = nn.Parameter(torch.zeros(8, 4, 3, 3)), nn.Parameter(torch.zeros(8, 36))
    kernel.grad, matrix.grad = gradient.clone(), gradient.reshape(8, 36).clone()
    Muon([kernel, matrix], lr=0.1).step()
    assert torch.allclose(kernel.detach().reshape(8, 36), matrix.detach(), atol=1e-5)
    assert 0.1 * 0.2 * 0.5 < float(matrix.detach().square().mean().sqrt()) < 0.1 * 0.2 * 1.3


def test_a_linear_map_is_learnt() -> None:
    generator = torch.Generator().manual_seed(3)
    true, inputs = torch.randn(6, 10, generator=generator), torch.randn(256, 10, generator=generator)
    layer = nn.Linear(10, 6, bias=False)
    optimizer = Muon([layer.weight], lr=0.5, weight_decay=0.0)
    for step in range(200):
        optimizer.param_groups[0]["lr"] = 0.5 * (1 - step / 200)
        optimizer.zero_grad()
        (layer(inputs) - inputs @ true.T).square().mean().backward()
        optimizer.step()
    assert (layer.weight - true).abs().max() < 0.05
