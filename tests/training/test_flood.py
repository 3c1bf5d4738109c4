import numpy as np
import pytest
import torch

from training.flood import boundary_components, coarse, fine, flood_outside, outside


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


@pytest.mark.parametrize("place", [(slice(3, 20), slice(0, 9), slice(10, 24)), (slice(0, 24),) * 3, (slice(5, 6),) * 3])
def test_only_the_box_around_the_wall_is_labelled(place):
    wall = np.zeros((24, 24, 24), bool)
    wall[place] = maze(1)[0].numpy()[place]
    assert (outside(wall) == boundary_components(~wall)).all()


def test_a_volume_without_a_wall_is_all_outside():
    assert flood_outside(torch.zeros(2, 8, 8, 8, dtype=torch.bool)).all()
