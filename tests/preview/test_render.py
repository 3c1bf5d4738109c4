import dataclasses

import numpy as np
import pytest

from importer.preview.camera import orbit, ring
from importer.preview.ground import lay
from importer.preview.material import clay, textured
from importer.preview.render import backdrop, layer, render
from importer.preview.shade import Surface, decode, encode, radiance, studio, tone
from tests.preview.shapes import box, flat_maps, joined, sphere
from tests.preview.shapes import textured as mesh_of

GREY = flat_maps((150, 150, 150))
FRONT = orbit(np.array([0, 0.5, 0]), 0.0, 0.0, 4.0)


def shown(image):
    """Return where the object hides the backdrop, by colour."""
    return np.abs(image.astype(int) - encode(backdrop(image.shape[0]))).max(-1) > 6


def test_a_sphere_covers_the_disk_that_geometry_predicts():
    size, radius, distance = 200, 0.5, 4.0
    _, alpha = layer(textured(mesh_of(sphere(radius)), GREY), FRONT, size, samples=4)
    # A sphere's outline is the cone that touches it: sin = r / d, on the picture tan of it.
    seen = radius / np.sqrt(distance**2 - radius**2) / np.tan(FRONT.fov / 2) * size / 2
    assert alpha.sum() == pytest.approx(np.pi * seen**2, rel=0.005)
    y, x = np.mgrid[:size, :size] + 0.5
    away = np.hypot(x - size / 2, y - size / 2)
    assert (alpha[away < seen - 1.5] == 1).all()
    assert (alpha[away > seen + 1.0] == 0).all()


def test_a_box_ends_at_its_projected_corners():
    size = 160
    mesh = mesh_of(box(0.4, (0.3, 0.6, 0.0)))
    _, alpha = layer(textured(mesh, GREY), FRONT, size)
    rows, columns = np.flatnonzero(alpha.max(1)), np.flatnonzero(alpha.max(0))
    uv = FRONT.project(mesh.vertices)[0] * size
    np.testing.assert_allclose([columns[0], rows[0]], np.floor(uv.min(0)), atol=1)
    np.testing.assert_allclose([columns[-1], rows[-1]], np.floor(uv.max(0)), atol=1)


@pytest.mark.parametrize(("azimuth", "red_is"), [(0, "right"), (180, "left"), (90, "front"), (270, "hidden")])
def test_turns_without_mirroring(azimuth, red_is):
    # A red box on +X beside a green sphere: on the right from the front, nearest from +X, behind the sphere from -X.
    mesh = joined(mesh_of(sphere(), (0.25, 0.5)), mesh_of(box(0.3, (0.75, 0.5, 0.0)), (0.75, 0.5)))
    model = textured(mesh, flat_maps((20, 160, 20), (200, 10, 10)))
    light, alpha = layer(model, orbit(np.array([0, 0.5, 0]), np.radians(azimuth), 0.0, 5.0), 128)
    red = (light[..., 0] > 2 * light[..., 1]) & (alpha > 0.5)
    middle = np.flatnonzero(red.any(0)).mean() if red.any() else None
    assert {
        "right": lambda: middle > 80,
        "left": lambda: middle < 48,
        "front": lambda: 60 < middle < 68,
        "hidden": lambda: middle is None,
    }[red_is]()


def test_the_key_light_comes_from_the_upper_left_in_every_view():
    model = clay(mesh_of(sphere()))
    for azimuth in (0, 120, 250):
        light, _ = layer(model, orbit(np.array([0, 0.5, 0]), np.radians(azimuth), 0.0, 4.0), 96)
        grey = light.mean(-1)
        assert grey[30, 34] > 1.15 * grey[30, 62], "left above right"
        assert grey[28, 40] > 1.3 * grey[68, 40], "upper above lower"


def test_the_floor_is_dark_under_the_object_and_clean_far_from_it():
    mesh = mesh_of(box(0.6, (0, 0.3, 0)))
    model = clay(mesh)
    camera = ring(mesh.vertices, np.array([0.0]), fill=0.4)[0]
    size = 128
    with_floor = render(model, camera, size, lay(model.scene))
    without = render(model, camera, size, None)
    change = without.astype(int)[..., 0] - with_floor[..., 0]
    foot = camera.project(np.array([[0.0, 0, 0.33]]))[0][0] * size
    assert change[int(foot[1]), int(foot[0])] > 15
    assert abs(change[-3:, :3]).max() <= 2
    assert abs(change[:20]).max() <= 2
    # The key stands at the left: its shadow falls to the right.

    assert change[:, size // 2 :].sum() > 1.2 * change[:, : size // 2].sum()


def test_base_colour_keeps_its_hue_and_its_order_of_brightness():
    means = []
    for color in ((40, 40, 40), (120, 120, 120), (200, 200, 200)):
        light, alpha = layer(textured(mesh_of(sphere()), flat_maps(color)), FRONT, 64)
        means.append(encode(light[alpha == 1]).mean())
    assert means[0] < means[1] < means[2]
    light, alpha = layer(textured(mesh_of(sphere()), flat_maps((180, 60, 30))), FRONT, 64)
    r, g, b = light[alpha == 1].mean(0)
    assert r > g > b
    assert encode(np.array([r])).item() == pytest.approx(180, abs=35)


@pytest.mark.parametrize(("channel", "brighter"), [(0, "left"), (1, "top")])
def test_the_normal_map_is_opengl(channel, brighter):
    # A quad towards the viewer, tangent +X, so the bitangent is +Y: up in the picture, down in the texture. Tilting the
    # normal towards the light on the upper left has to brighten it: red falls to the left, green rises to the top.
    vertices = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0.5, 1, 0], [-0.5, 1, 0]], np.float32)
    mesh = dataclasses.replace(
        mesh_of(box(1, (0, 0, 0))),
        vertices=vertices,
        normals=np.tile(np.float32([0, 0, 1]), (4, 1)),
        tangents=np.tile(np.float32([1, 0, 0, 1]), (4, 1)),
        uv=np.array([[0, 1], [1, 1], [1, 0], [0, 0]], np.float32),
        faces=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
    )
    means = {}
    for sign in (-1, 1):
        normal = np.full((8, 8, 3), (128, 128, 230), np.uint8)
        normal[..., channel] = 128 + sign * 70
        light, alpha = layer(textured(mesh, dataclasses.replace(GREY, normal=normal)), FRONT, 48)
        means[sign] = light[alpha == 1].mean()
    towards = {"left": -1, "top": 1}[brighter]
    assert means[towards] > 1.2 * means[-towards]


def test_metal_has_no_diffuse_light():
    k = 200
    lights = studio(FRONT)
    n = np.tile(np.float32([0, 0, 1]), (k, 1))
    toward = np.tile(np.float32([0, 0, 1]), (k, 1))
    base = np.tile(np.float32([0.5, 0.5, 0.5]), (k, 1))
    one, half = np.ones(k, np.float32), np.full(k, 0.2, np.float32)
    paint = radiance(Surface(base, n, half, 0 * one, one), toward, lights, one)
    metal = radiance(Surface(base, n, half, one, one), toward, lights, one)
    dark = radiance(Surface(base * 0, n, half, 0 * one, one), toward, lights, one)
    assert (dark > 0).all(), "a dielectric still reflects 4 %"
    assert not np.allclose(paint, metal, atol=0.02)
    assert np.isfinite(metal).all()


def test_srgb_is_iec_61966():
    # Published pairs: linear 0.2140 is sRGB 0.5, linear 0.0031308 is 0.04045.
    assert decode(np.array([0.5])).item() == pytest.approx(0.21404, abs=1e-4)
    assert encode(np.array([0.21404])).item() in (127, 128)
    values = np.arange(256)
    assert (encode(decode(values / 255)).astype(int) - values).__abs__().max() <= 1


def test_tone_leaves_dark_and_middle_values_and_never_leaves_the_screen():
    # Khronos PBR Neutral: below the shoulder it only takes off the 4 % that a dielectric reflects.
    middle = np.array([[0.3, 0.4, 0.5]])
    np.testing.assert_allclose(tone(middle), middle - 0.04, atol=1e-6)
    wild = tone(np.array([[30.0, 2.0, 0.0], [0.0, 0.0, 0.0]]))
    assert (wild >= 0).all()
    assert (wild <= 1).all()


def test_same_input_same_bytes():
    model = textured(mesh_of(sphere()), GREY)
    floor = lay(model.scene)
    assert (render(model, FRONT, 64, floor) == render(model, FRONT, 64, floor)).all()
