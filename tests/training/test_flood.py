import numpy as np
import pytest
import torch

from training.flood import boundary_components, flood_outside


def maze(count: int = 2, size: int = 24) -> torch.Tensor:
    return torch.rand(count, size, size, size, generator=torch.Generator().manual_seed(3)) < 0.38


def test_components_are_those_that_a_walk_from_the_boundary_reaches():
    free = ~maze(1)[0].numpy()
    reached = np.zeros_like(free)
    todo = [p for p in np.ndindex(*free.shape) if min(p) == 0 or max(p) == len(free) - 1]
    while todo:
        at = todo.pop()
        if min(at) < 0 or max(at) >= len(free) or reached[at] or not free[at]:
            continue
        reached[at] = True
        todo += [tuple(np.add(at, step)) for step in (*np.eye(3, dtype=int), *-np.eye(3, dtype=int))]
    found = boundary_components(free)
    assert (found == reached).all() and found.any() and (found != free).any()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="sweeps run on a GPU only, and there is none")
def test_sweeps_and_components_flood_the_same_voxels():
    wall = maze(3, 64)
    assert torch.equal(flood_outside(wall.cuda()).cpu(), flood_outside(wall))
