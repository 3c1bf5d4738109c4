import numpy as np
import pytest
import torch

from training.flood import boundary_components, coarse, fine, flood_outside


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


def test_what_free_blocks_reach_is_reached_by_their_voxels():
    wall = torch.zeros(1, 48, 48, 48, dtype=torch.bool)
    wall[0, 8:40, 8:40, 8:40] = True
    wall[0, 12:36, 12:36, 12:36] = False  # a closed room
    wall[0, 20:28, 20:28, 10:] = False  # and a way out of it
    blocks = flood_outside(~coarse(~wall))
    reached = flood_outside(wall)
    assert (fine(blocks) <= reached).all() and fine(blocks).sum() > 0.9 * reached.sum()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="sweeps run on a GPU only, and there is none")
def test_sweeps_and_components_flood_the_same_voxels():
    wall = maze(3, 64)
    assert torch.equal(flood_outside(wall.cuda()).cpu(), flood_outside(wall))
