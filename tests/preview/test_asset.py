import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from importer.preview.asset import preview
from importer.preview.camera import orbit
from importer.preview.maps import uv_layout
from importer.preview.render import layer
from importer.preview.sheet import fit, grid, label
from importer.preview.turntable import name, views
from importer.preview.wireframe import drawn
from importer.records import Cutout, Lods
from tests.preview.shapes import box, flat_maps, joined, sphere
from tests.preview.shapes import textured as mesh_of


@pytest.fixture(scope="module")
def asset():
    mesh = joined(mesh_of(sphere(), (0.25, 0.5)), mesh_of(box(0.3, (0.75, 0.5, 0.0)), (0.75, 0.5)))
    coarse = mesh_of(box(0.8, (0, 0.4, 0)))
    picture = np.zeros((90, 60, 4), np.uint8)
    picture[10:80, 10:50] = (30, 60, 200, 255)
    return (
        Cutout(picture, "alpha"),
        Lods((mesh, coarse), (0.0, 0.1), (1.0, 0.2)),
        flat_maps((20, 160, 20), (200, 10, 10)),
    )


@pytest.fixture(scope="module")
def files(asset):
    return preview(*asset).files


def opened(data):
    return np.asarray(Image.open(io.BytesIO(data)))


def test_gives_four_pictures_that_another_reader_opens(files):
    assert sorted(files) == [f"preview/{stem}.png" for stem in ("input", "maps", "turntable", "wireframe")]
    for data in files.values():
        image = Image.open(io.BytesIO(data))
        assert image.format == "PNG"
        assert image.mode == "RGB"
        assert min(image.size) >= 300


def test_the_turntable_shows_the_picture_and_eight_different_views(files):
    sheet = opened(files["preview/turntable.png"]).astype(int)
    side = (sheet.shape[0] - 12) // 2
    left = sheet[:, : 2 * side]
    blue = (left[..., 2] > 150) & (left[..., 0] < 80)
    assert 0.15 < blue.mean() < 0.6, "the picture is at the left"
    right = sheet[:, 2 * side + 8 :]
    tiles = [right[y : y + side - 60, x : x + side] for y in (4, side + 8) for x in range(4, 4 * side, side + 4)]
    assert len(tiles) == 8
    for i, tile in enumerate(tiles):
        for other in tiles[i + 1 :]:
            assert np.abs(tile - other).mean() > 0.5


def test_a_half_turn_puts_the_right_on_the_left(asset):
    _, lods, maps = asset
    front, back = (tile.astype(int) for tile in views(lods.meshes[0], maps, [0, 180], 128))
    centers = [np.flatnonzero(((t[..., 0] > 120) & (t[..., 1] < 90)).any(0)).mean() for t in (front, back)]
    assert centers[0] > 75
    assert centers[1] < 53


def test_labels_name_the_sides_of_the_object():
    assert [name(d) for d in (0, 90, 180, 270, 45)] == ["0° front", "90° left", "180° back", "270° right", "45°"]


def test_a_label_writes_different_texts_differently_at_the_lower_left():
    plain = np.full((200, 200, 3), 120, np.uint8)
    one, two = label(plain, "LOD0: 8,000 triangles"), label(plain, "LOD1: 4,000 triangles")
    for tile in (one, two):
        rows, columns = np.nonzero((tile != plain).any(-1))
        assert rows.min() > 170
        assert columns.min() < 12
        assert (tile.min(-1) < 60).sum() > 50, "dark ink"
    assert (one != two).any()


def test_a_wireframe_draws_the_edges_of_a_box_and_not_its_faces(asset):
    _, lods, _ = asset
    mesh, size = lods.meshes[1], 160
    camera = orbit(np.array([0, 0.4, 0]), 0.0, 0.0, 4.0)
    light, _ = layer(drawn(mesh, camera, size), camera, size, samples=4)
    uv = camera.project(np.array([[-0.4, 0, 0.4], [0.4, 0.8, 0.4], [-0.4, 0.8, 0.4], [0.4, 0, 0.4]]))[0] * size
    along = np.linspace(0.15, 0.85, 60)[:, None]

    def darkness(a, b):
        x, y = (a + (b - a) * along).astype(int).T
        return light[y, x].mean()

    diagonals = [darkness(uv[0], uv[1]), darkness(uv[2], uv[3])]
    inner = light[60:100:7, 66:94:9].mean()
    # A quad has one diagonal that is an edge; the other crosses it once.
    assert min(diagonals) < 0.75 * inner
    assert max(diagonals) > 0.85 * inner


def test_the_uv_layout_fills_the_triangles():
    mesh = mesh_of(box(1, (0, 0, 0)))
    uv = np.zeros_like(mesh.uv)
    uv[mesh.faces[0]] = [[0.1, 0.1], [0.9, 0.1], [0.1, 0.9]]
    tile = uv_layout(type(mesh)(mesh.vertices, mesh.normals, mesh.tangents, uv, mesh.faces[:1]), 200)
    assert tile[60, 60, 0] < 250
    assert (tile[150, 150] == 255).all()
    assert tile[20, 100, 0] < 130, "an edge"


def test_fit_keeps_the_shape_and_fades_soft_edges_without_a_dark_fringe():
    rgba = np.zeros((100, 50, 4), np.uint8)
    rgba[10:90, 10:40] = (255, 255, 255, 255)
    rgba[10:90, 38:42, 3] = 128
    rgba[10:90, 38:42, :3] = 255
    tile = fit(rgba, 200, 200).astype(int)
    empty = fit(np.zeros_like(rgba), 200, 200).astype(int)
    assert (tile >= empty - 2).all(), "white over grey is nowhere darker than grey"
    white = (tile > 250).all(-1)
    assert np.ptp(np.nonzero(white)[0]) / np.ptp(np.nonzero(white)[1]) == pytest.approx(80 / 28, rel=0.08)


def test_a_grid_fills_rows_first():
    tiles = [np.full((4, 6, 3), v, np.uint8) for v in (10, 20, 30)]
    sheet = grid(tiles, columns=2, gap=1)
    assert sheet.shape == (11, 15, 3)
    assert (sheet[1, 1, 0], sheet[1, 8, 0], sheet[6, 1, 0]) == (10, 20, 30)


def test_same_input_same_bytes(asset, files):
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(preview, *asset).result().files == files
