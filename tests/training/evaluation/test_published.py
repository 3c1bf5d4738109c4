import numpy as np
import torch
import trimesh

from importer.reconstruct.frustum import frustum_to_world, orbit_camera
from importer.records import Mesh
from training.evaluation.published import corners_of, fill, predictions, publish
from training.scenes import DEPTH_RANGE

CPU = torch.device("cpu")


def centres(camera, size):
    w, v, u = np.meshgrid(*[(np.arange(size) + 0.5) / size] * 3, indexing="ij")
    points = frustum_to_world(np.column_stack([u.ravel(), v.ravel(), 2 * w.ravel() - 1]), camera, DEPTH_RANGE)
    return points.reshape(size, size, size, 3)


def as_mesh(mesh):
    return Mesh(np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32))


def test_a_box_fills_the_cells_whose_centres_it_holds():
    camera = orbit_camera(0.4, 0.35)
    box = trimesh.creation.box((0.5, 0.3, 0.4)).subdivide().subdivide()
    got = fill(as_mesh(box), camera, CPU, 64).numpy()
    wanted = (np.abs(centres(camera, 64)) < [0.25, 0.15, 0.2]).all(-1)
    assert wanted.sum() > 2000
    # The camera is turned: the box's straight edges bend a little in the frustum, between vertices.
    assert (got & wanted).sum() / (got | wanted).sum() > 0.985


def test_a_hollow_ball_beside_a_solid_one_stays_hollow():
    camera = orbit_camera(0.0, 0.3)
    outer, inner = trimesh.creation.icosphere(4, 0.2), trimesh.creation.icosphere(4, 0.1)
    inner.invert()
    solid = trimesh.creation.icosphere(3, 0.08)
    solid.apply_translation([0.35, 0, 0])
    got = fill(as_mesh(trimesh.util.concatenate([outer, inner, solid])), camera, CPU, 64).numpy()
    points = centres(camera, 64)
    r, r2 = np.linalg.norm(points, axis=-1), np.linalg.norm(points - [0.35, 0, 0], axis=-1)
    wanted = ((r < 0.2) & (r > 0.1)) | (r2 < 0.08)
    assert (got & wanted).sum() / (got | wanted).sum() > 0.97


def test_the_importer_makes_the_mesh_of_a_network_s_volume():
    """A ball's volume goes through surface and repair, and comes back as the volume it was."""
    tan_half, size = 0.3, 128
    camera = orbit_camera(0.3, tan_half)
    inside = np.linalg.norm(centres(camera, size), axis=-1) < 0.35
    logits = torch.from_numpy(np.where(inside, 4.0, -4.0).astype(np.float32))[None]
    image = np.zeros((1, 256, 256, 4), np.uint8)
    image[0][np.kron(inside.any(0), np.ones((2, 2), bool))] = [90, 60, 30, 255]
    outputs = (
        logits, torch.zeros(1, 3, 32, 64, 64), torch.zeros(1, 2, 128, 128), torch.zeros(1, 6, 128, 128),
        torch.zeros(1, 3, 128, 128), torch.tensor([[0.3, tan_half]]),
    )  # fmt: skip
    (prediction,) = predictions(outputs, torch.from_numpy(image))
    done = publish(prediction)
    assert done.mesh is not None and done.seconds > 0
    got = fill(done.mesh, done.camera, CPU).numpy()
    assert (got & inside).sum() / (got | inside).sum() > 0.95
    points = corners_of(done.mesh, done.camera).reshape(-1, 3)
    middle = (points.min(0) + points.max(0)) / 2
    assert np.abs(middle - [0, 0, -0.5 / tan_half]).max() < 0.02


def test_an_empty_volume_publishes_nothing():
    image = torch.zeros(1, 256, 256, 4, dtype=torch.uint8)
    shapes = [(1, 128, 128, 128), (1, 3, 32, 64, 64), (1, 2, 128, 128), (1, 6, 128, 128), (1, 3, 128, 128)]
    outputs = (*(torch.full(s, -8.0) for s in shapes), torch.tensor([[0.2, 0.3]]))
    assert publish(next(predictions(outputs, image))).mesh is None
