"""Guards of the whole bake, against analytic answers."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from importer.errors import StageError
from importer.profile.schema import Textures
from importer.raster import rasterize
from importer.reconstruct.frustum import orbit_camera
from importer.records import Mesh, Unwrapped
from importer.texture.bake import bake
from importer.texture.picture import sample
from importer.texture.texels import map_texels, unit
from tests.texture import shapes
from tests.texture.test_tangent import decode

SIZE = 512
CAMERA = orbit_camera(0.25, np.tan(np.radians(15)))


def silhouette(mesh, size):
    uv, depth = CAMERA.project(mesh.vertices)
    return rasterize(uv[mesh.faces] * size, (size, size), depth[mesh.faces], perspective=True)


def checker(mesh, size=256):
    """Cut-out picture: a checker on the object, glaring magenta around it."""
    rows, columns = np.indices((size, size)) // (size // 16)
    rgba = np.full((size, size, 4), (255, 0, 255, 0), np.uint8)
    inside = silhouette(mesh, size).covered
    board = np.where(((rows + columns) % 2)[..., None], np.uint8((220, 180, 60)), np.uint8((40, 70, 160)))
    rgba[inside, :3] = board[inside]
    rgba[inside, 3] = 255
    return rgba


def render(mesh, base_color, size):
    """The textured mesh as the camera sees it, and which pixels it covers."""
    raster = silhouette(mesh, size)
    image = np.zeros((size, size, 3), np.float32)
    image[raster.covered] = sample(base_color.astype(np.float32), raster.interpolate(mesh.faces, mesh.uv))
    return image, raster.covered


@pytest.fixture(scope="module")
def ball():
    """A sphere: coarse and fine mesh, checker, maps."""
    dense = shapes.sphere(5)
    prediction = shapes.prediction_of(checker(dense), CAMERA)
    low = shapes.unwrap(shapes.sphere(4))
    return dense, low, prediction, bake(shapes.solid_of(dense, prediction), low, prediction, Textures(size=SIZE))


def test_maps_have_the_asked_size_and_type(ball):
    maps = ball[3]
    for image, channels in ((maps.base_color, 3), (maps.normal, 3), (maps.orm, 3)):
        assert image.shape == (SIZE, SIZE, channels) and image.dtype == np.uint8
    assert maps.seen.shape == (SIZE, SIZE) and set(np.unique(maps.seen)) == {0, 255}
    assert any("guess" in warning for warning in maps.warnings)


def test_the_picture_comes_back_in_the_view_that_took_it(ball):
    _, low, prediction, maps = ball
    size = prediction.view.rgba.shape[0]
    image, covered = render(low.mesh, maps.base_color, size)
    sure = cv2.erode((covered & (prediction.view.rgba[..., 3] > 0)).astype(np.uint8), np.ones((17, 17))) > 0
    error = image[sure] - prediction.view.rgba[sure][:, :3]
    assert 10 * np.log10(255**2 / (error**2).mean()) > 22  # hard edges of a checker through two resamplings
    # Away from edges of the checker nothing is mixed at all.
    rgb = prediction.view.rgba[..., :3]
    flat = (cv2.dilate(rgb, np.ones((7, 7))) == cv2.erode(rgb, np.ones((7, 7)))).all(axis=-1) & sure
    assert np.abs(image[flat] - rgb[flat]).max() <= 3


def test_no_color_of_the_background_reaches_the_map(ball):
    base = ball[3].base_color.astype(int)
    magenta = np.minimum(base[..., 0], base[..., 2]) - base[..., 1]
    assert magenta.max() < 45  # mixes of the two colours of the checker stay below; magenta is at 255


def test_normals_of_a_smooth_sphere_on_a_coarse_one(ball):
    _, low, _, maps = ball
    texels = map_texels(low.mesh, SIZE)
    decoded = decode(texels, maps.normal.reshape(-1, 3)[texels.pixel])
    angle = np.degrees(np.arccos(np.clip((decoded * unit(texels.position)).sum(axis=1), -1, 1)))
    assert angle.max() < 2 and angle.mean() < 0.5


def test_a_sphere_is_fully_open_and_dielectric(ball):
    orm = ball[3].orm
    assert orm[..., 0].min() > 250 and (orm[..., 1] == 204).all() and (orm[..., 2] == 0).all()


def test_equal_high_and_low_give_a_flat_normal_map():
    flat_box = shapes.box(pieces=4)
    prediction = shapes.prediction_of(checker(flat_box, 128), CAMERA)
    low = shapes.unwrap(shapes.box(pieces=0))
    maps = bake(shapes.solid_of(flat_box, prediction), low, prediction, Textures(size=SIZE))
    texels = map_texels(low.mesh, SIZE)
    away = np.sort(np.abs(texels.position), axis=1)[:, 1] < 0.22  # the dense mesh rounds its edges
    assert (maps.normal.reshape(-1, 3)[texels.pixel[away]] == (128, 128, 255)).all()


def test_the_size_of_the_object_changes_nothing(ball):
    dense, low, prediction, maps = ball
    camera = CAMERA.moved(64.0, np.eye(3), np.array([0, 16.0, 0]))
    far = np.float32([0, 16, 0])
    large = replace(
        shapes.solid_of(dense, prediction), mesh=Mesh(dense.vertices * 64 + far, dense.faces), camera=camera
    )
    moved = replace(low, mesh=replace(low.mesh, vertices=low.mesh.vertices * 64 + far))
    again = bake(large, moved, prediction, Textures(size=SIZE))
    difference = np.abs(again.base_color.astype(int) - maps.base_color)
    assert np.percentile(difference, 99) <= 1
    assert (again.seen == maps.seen).mean() > 0.999


def test_two_runs_give_the_same_bytes(ball):
    dense, low, prediction, maps = ball
    again = bake(shapes.solid_of(dense, prediction), low, prediction, Textures(size=SIZE))
    for name in ("base_color", "normal", "orm", "seen"):
        assert (getattr(maps, name) == getattr(again, name)).all(), name


def test_an_empty_surface_or_atlas_is_a_clear_error(ball):
    dense, low, prediction, _ = ball
    empty = Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    with pytest.raises(StageError, match="dense surface is empty"):
        bake(shapes.solid_of(empty, prediction), low, prediction, Textures(size=128))
    collapsed = Unwrapped(replace(low.mesh, uv=np.zeros_like(low.mesh.uv)), 1, 0.0)
    with pytest.raises(StageError, match="covers no texel"):
        bake(shapes.solid_of(dense, prediction), collapsed, prediction, Textures(size=128))
