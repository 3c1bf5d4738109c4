import numpy as np
import torch

from importer.reconstruct.frustum import frustum_to_world, orbit_camera
from tests.training.shapes import box, shape_of
from training.pool import mirror
from training.scenes import DEPTH_RANGE, PLAIN, make_scene
from training.solid import pack_bits, solids
from training.targets import cube_points, sample_color, sample_occupancy
from training.workers import CUBE, LAYOUT, describe

SIZE = 48
CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.25, 0.25) for z in (-0.15, 0.15)])


def facts(seed: int = 2) -> dict[str, torch.Tensor]:
    scene = make_scene(np.random.default_rng(seed), 0, CORNERS, PLAIN)
    return {k: torch.from_numpy(v) for k, v in describe([scene]).items()} | {"scene": scene}


def test_cells_lie_where_the_frustum_of_the_program_says():
    f = facts()
    scene = f["scene"]
    points = torch.stack(cube_points(f["to_cube"], f["camera"][:, 1], (3, 4, 5), (0.5, 0.5, 0.5)), -1)[0]
    w, v, u = np.meshgrid(
        (np.arange(3) + 0.5) / 3 * 2 - 1, (np.arange(4) + 0.5) / 4, (np.arange(5) + 0.5) / 5, indexing="ij"
    )
    camera = orbit_camera(scene.elevation, scene.tan_half_fov)
    world = frustum_to_world(np.stack([u, v, w], -1).reshape(-1, 3), camera, DEPTH_RANGE)
    model = scene.model
    local = (world - model[:, 3]) @ np.linalg.inv(model[:, :3]).T
    assert np.allclose(points.reshape(-1, 3).numpy(), local / CUBE + 0.5, atol=1e-5)


def test_occupancy_of_an_analytic_sphere():
    """A ball of radius 0.4 written into the voxels, sampled along the rays, against the ball's own equation."""
    n, f = 128, facts()
    axis = (torch.arange(n) + 0.5) / n - 0.5
    ball = (axis[:, None, None] ** 2 + axis[:, None] ** 2 + axis**2).sqrt() * CUBE < 0.4
    count = sample_occupancy(pack_bits(ball[None]), f["shape"], f["to_cube"], f["camera"][:, 1], SIZE)[0]
    points = torch.stack(cube_points(f["to_cube"], f["camera"][:, 1], (SIZE,) * 3, (0.5,) * 3), -1)[0]
    radius = (points - 0.5).norm(dim=-1) * CUBE
    assert (count[radius < 0.36] == 8).all() and (count[radius > 0.44] == 0).all()
    assert ((count > 0) & (count < 8)).any(), "the edge is not fractional"


def test_a_view_samples_the_solid_of_its_own_shape():
    solid = pack_bits(torch.stack([torch.zeros(16, 16, 16), torch.ones(16, 16, 16)]).bool())
    f = facts()
    empty, full = (sample_occupancy(solid, torch.tensor([k]), f["to_cube"], f["camera"][:, 1], 16) for k in (0, 1))
    assert full.any() and not empty.any()


def test_mirroring_a_view_mirrors_picture_maps_and_volumes_alike():
    f = facts(5)
    f.pop("scene")
    generator = torch.Generator().manual_seed(0)
    pictures = {k: torch.randint(1, 100, (1, *s), generator=generator).to(torch.from_numpy(np.empty(0, t)).dtype)
                for k, (s, t) in LAYOUT.items()}  # fmt: skip
    views = {**pictures, **f}
    turned = mirror(views, torch.tensor([True]))
    bits, colors = solids([shape_of(box())], "cpu", 64)
    before = sample_occupancy(bits, views["shape"], views["to_cube"], views["camera"][:, 1], SIZE)
    after = sample_occupancy(bits, turned["shape"], turned["to_cube"], turned["camera"][:, 1], SIZE)
    assert before.any() and (after.flip(3) != before).float().mean() < 1e-4
    grid = [sample_color(colors, v["shape"], v["to_cube"], v["camera"][:, 1]) for v in (views, turned)]
    assert grid[0].any() and (grid[1].flip(4) != grid[0]).float().mean() < 1e-3
    assert torch.equal(turned["image"].flip(2), views["image"]) and torch.equal(turned["depth"].flip(3), views["depth"])
    x, mirrored = views["front"].flip(2).int(), turned["front"].int()
    assert torch.equal(mirrored[..., 0], 256 - x[..., 0]) and torch.equal(mirrored[..., 1:], x[..., 1:])
    again = mirror(turned, torch.tensor([True]))
    assert all(torch.equal(again[k], views[k]) for k in views)
    same = mirror(views, torch.tensor([False]))
    assert all(torch.equal(same[k], views[k]) for k in views)
