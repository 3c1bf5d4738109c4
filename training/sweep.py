"""One sweep of a flood along an axis, a Triton kernel: slice by slice from Python it takes as long as all the rest."""

# pyright: reportMissingImports=false, reportIndexIssue=false
# Triton has no build for every system that can check types.
from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

BLOCK = 256


@triton.jit
def sweep_lines(free, reached, lines, inner, n: tl.constexpr, block: tl.constexpr):
    """Carry `reached` along lines of `n` voxels that lie `inner` apart, forwards and then back, while they are free."""
    line = tl.program_id(0).to(tl.int64) * block + tl.arange(0, block)
    known = line < lines
    start = (line // inner) * (n * inner) + line % inner
    carry = tl.zeros([block], tl.uint8)
    for k in range(n):
        at = start + k * inner
        carry = (carry | tl.load(reached + at, mask=known, other=0)) & tl.load(free + at, mask=known, other=0)
        tl.store(reached + at, carry, mask=known)
    carry = tl.zeros([block], tl.uint8)
    for k in range(n):
        at = start + (n - 1 - k) * inner
        carry = (carry | tl.load(reached + at, mask=known, other=0)) & tl.load(free + at, mask=known, other=0)
        tl.store(reached + at, carry, mask=known)


def sweep(free: Tensor, reached: Tensor, axis: int) -> None:
    """Let `reached` (b, n, n, n) bool spread to and fro along `axis` within `free`, in place."""
    b, n = free.shape[:2]
    lines, inner = b * n * n, n ** (3 - axis)
    grid = (triton.cdiv(lines, BLOCK),)
    with torch.cuda.device(free.device):
        sweep_lines[grid](free.view(torch.uint8), reached.view(torch.uint8), lines, inner, n, BLOCK)
