import numpy as np
import pytest
import torch
import trimesh
from scipy.spatial import KDTree
from scipy.spatial.transform import Rotation

from training.evaluation.align import COLUMNS, best_motion, normalised, rotations, score_clouds, squared


def chair():
    """A shape without any symmetry but one mirror plane."""
    parts = [
        trimesh.creation.box((0.6, 0.1, 0.6)),
        trimesh.creation.box((0.6, 0.7, 0.1), trimesh.transformations.translation_matrix((0, 0.4, -0.25))),
        trimesh.creation.box((0.1, 0.5, 0.1), trimesh.transformations.translation_matrix((0.25, -0.3, 0.25))),
    ]
    return trimesh.util.concatenate(parts)


def cloud(mesh, seed, count=3000):
    points, faces = trimesh.sample.sample_surface(mesh, count, seed=seed)
    return torch.from_numpy(points.astype(np.float32)), torch.from_numpy(mesh.face_normals[faces].astype(np.float32))


@pytest.mark.parametrize("axis, degrees", [("z", 0), ("z", 90), ("y", 180)])
def test_a_turned_moved_and_scaled_copy_is_laid_back_on_itself(axis, degrees):
    """Turns that keep the larger of the x and y extents, by which the protocol scales."""
    points, normals = cloud(chair(), 0)
    other, other_normals = cloud(chair(), 1)
    turn = torch.from_numpy(Rotation.from_euler(axis, degrees, degrees=True).as_matrix().astype(np.float32))
    moved = 2.5 * other @ turn.T + 3
    scores = score_clouds((moved[None], (other_normals @ turn.T)[None]), (points[None], normals[None]))
    assert tuple(scores) == COLUMNS
    assert scores["chamfer"] < 0.03 and scores["f_01"] > 0.99 and scores["normal_consistency"] > 0.9, scores


def test_icp_finds_a_rotation_between_two_steps_of_the_search():
    points, _ = cloud(chair(), 0)
    angle = Rotation.from_rotvec([0.1, -0.08, 0.09]) * Rotation.from_euler("y", 93, degrees=True)
    source = normalised(points[None])
    target = source @ torch.from_numpy(angle.as_matrix().astype(np.float32)).T
    turn, shift = best_motion(source, target)
    assert np.degrees(Rotation.from_matrix(turn[0].numpy() @ angle.as_matrix().T).magnitude()) < 1
    assert shift.abs().max() < 0.01


def test_scores_follow_their_definitions():
    """Two parallel square sheets a tenth apart after normalisation: every nearest distance is known."""
    rng = np.random.default_rng(0)
    sheet = np.column_stack([rng.random((2000, 2)), np.zeros(2000)]).astype(np.float32)
    up = np.tile(np.float32([0, 0, 1]), (2000, 1))
    from training.evaluation.align import measure

    other = sheet + np.float32([0, 0, 0.15])
    got = measure(*(torch.from_numpy(a) for a in (sheet, up, other, -up)))
    assert got.tolist() == pytest.approx([0.15, 0, 1, 1, 1], abs=1e-3)


def test_the_search_holds_the_identity_and_leaves_no_wide_gap():
    turns = rotations(torch.device("cpu")).numpy()
    assert turns.shape == (24 * 24 * 12, 3, 3) and np.allclose(turns[0], np.eye(3))
    assert np.allclose(turns @ turns.transpose(0, 2, 1), np.eye(3), atol=1e-5)
    wanted = Rotation.random(200, random_state=1).as_matrix()
    trace = np.einsum("aij,bij->ab", wanted, turns).max(1)
    assert np.degrees(np.arccos((trace - 1) / 2)).max() < 16


def test_squared_distances_agree_with_a_tree():
    a, b = (np.random.default_rng(s).random((1, 50, 3)).astype(np.float32) for s in (0, 1))
    least = squared(torch.from_numpy(a), torch.from_numpy(b)).min(2)
    distance, index = KDTree(b[0]).query(a[0])
    assert np.allclose(least.values[0].sqrt(), distance, atol=1e-5) and (least.indices[0].numpy() == index).all()
