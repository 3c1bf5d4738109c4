import cv2
import numpy as np
import pytest

from importer.errors import StageError
from importer.mesh import unwrap as module
from importer.mesh.topology import components, is_closed, weld
from importer.mesh.unwrap import padding, unwrap
from importer.profile.schema import Textures
from importer.records import Mesh, Unwrapped
from tests.support import shapes

SHAPES = {
    "box": shapes.box((1, 0.6, 0.3), cuts=2),
    "sphere": shapes.sphere(detail=3),
    "torus": shapes.torus(),
}


def raster(result: Unwrapped, size: int) -> tuple[np.ndarray, int]:
    """Chart number of each texel, 0 outside, and how many texels lie well inside two charts."""
    charts = components(Mesh(result.mesh.vertices, result.mesh.faces))
    owner = np.zeros((size, size), np.int32)
    clashes = 0
    for chart in range(int(charts.max()) + 1):
        layer = np.zeros((size, size), np.uint8)
        for uv in result.mesh.uv[result.mesh.faces[charts == chart]]:
            cv2.fillPoly(layer, [np.round(uv * size * 16 - 8).astype(np.int32)], 1, shift=4)
        clashes += int((cv2.erode(layer, np.ones((3, 3), np.uint8)) * (owner > 0)).sum())
        owner[layer > 0] = chart + 1
    return owner, clashes


def uv_areas(result: Unwrapped) -> np.ndarray:
    a, b, c = (result.mesh.uv[result.mesh.faces[:, k]].astype(float) for k in range(3))
    (x1, y1), (x2, y2) = (b - a).T, (c - a).T
    return (x1 * y2 - x2 * y1) / 2


def check(result: Unwrapped, mesh: Mesh, size: int) -> None:
    textured = result.mesh
    assert textured.uv.min() >= 0 and textured.uv.max() <= 1
    assert (uv_areas(result) < 1e-12).all()  # v runs down, so a chart that is not mirrored has negative area
    assert (textured.tangents[:, 3] == 1).all()
    _, clashes = raster(result, size)
    assert clashes == 0
    same = textured.vertices[textured.faces] == mesh.vertices[mesh.faces]
    assert same.all()
    np.testing.assert_allclose(np.linalg.norm(textured.normals, axis=1), 1, atol=1e-5)
    along = np.einsum("ij,ij->i", textured.normals, textured.tangents[:, :3])
    np.testing.assert_allclose(along, 0, atol=1e-5)
    assert is_closed(weld(Mesh(textured.vertices, textured.faces)).faces)


@pytest.mark.parametrize("name", SHAPES)
def test_charts_do_not_overlap_and_are_not_mirrored(name: str) -> None:
    result = unwrap(SHAPES[name], Textures(size=1024))
    check(result, SHAPES[name], 1024)
    assert not result.warnings and result.charts <= 60 and result.coverage > 0.35
    vectors = np.cross(
        *(
            SHAPES[name].vertices[SHAPES[name].faces[:, k]] - SHAPES[name].vertices[SHAPES[name].faces[:, 0]]
            for k in (1, 2)
        )
    )
    density = np.sqrt(-uv_areas(result) / (np.linalg.norm(vectors, axis=1) / 2))
    assert np.quantile(density, 0.95) / np.quantile(density, 0.05) < 2.5


@pytest.mark.parametrize("size", [256, 1024])
def test_charts_keep_their_distance_in_texels(size: int) -> None:
    result = unwrap(SHAPES["box"], Textures(size=size))  # type: ignore[arg-type]
    fine = 4 * size
    owner, _ = raster(result, fine)
    gap = padding(size)
    for chart in np.unique(owner[owner > 0]):
        grown = cv2.dilate((owner == chart).astype(np.uint8), np.ones((2 * int(3.4 * gap) + 1,) * 2, np.uint8))
        assert not ((grown > 0) & (owner > 0) & (owner != chart)).any()


def test_hard_edges_of_a_box_are_split_and_a_sphere_is_smooth() -> None:
    box = unwrap(SHAPES["box"], Textures()).mesh
    assert (np.abs(box.normals).max(1) > 0.999).mean() > 0.9
    ball = unwrap(SHAPES["sphere"], Textures()).mesh
    radial = ball.vertices / np.linalg.norm(ball.vertices, axis=1, keepdims=True)
    assert np.einsum("ij,ij->i", ball.normals, radial).min() > 0.999


@pytest.mark.parametrize("name", SHAPES)
def test_when_xatlas_fails_a_box_projection_takes_over_and_is_reported(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: object, **_options: object) -> None:
        raise StageError("the UV unwrap crashed", where="unwrap")

    monkeypatch.setattr(module, "run_in_child", crash)
    result = unwrap(SHAPES[name], Textures(size=512))
    check(result, SHAPES[name], 512)
    assert "xatlas failed" in result.warnings[0]


def test_the_same_mesh_gives_the_same_bytes() -> None:
    one, two = (unwrap(SHAPES["torus"], Textures()).mesh for _ in range(2))
    assert all(getattr(one, k).tobytes() == getattr(two, k).tobytes() for k in ("vertices", "uv", "tangents", "faces"))
