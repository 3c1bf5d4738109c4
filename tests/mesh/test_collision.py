import numpy as np
import pytest

from importer.errors import StageError
from importer.mesh.collision import collide
from importer.profile.schema import CollisionShape
from importer.records import Mesh
from tests.support import shapes


def test_none_has_no_shape() -> None:
    assert collide(shapes.solid(shapes.sphere()), CollisionShape(kind="none")).hulls == ()


def test_a_box_is_the_bounding_box_wound_outward() -> None:
    (hull,) = collide(shapes.solid(shapes.torus()), CollisionShape(kind="box")).hulls
    outside = shapes.to_trimesh(hull)
    assert outside.is_watertight and outside.is_winding_consistent
    assert outside.volume == pytest.approx(np.prod(np.ptp(shapes.torus().vertices, axis=0)), rel=1e-5)


@pytest.mark.parametrize("most", [8, 32, 255])
@pytest.mark.parametrize("name", ["sphere", "torus", "box"])
def test_a_hull_is_convex_within_its_budget_and_rests_where_the_object_does(name: str, most: int) -> None:
    mesh = getattr(shapes, name)()
    result = collide(shapes.solid(mesh), CollisionShape(max_vertices=most))
    (hull,) = result.hulls
    outside = shapes.to_trimesh(hull)
    assert len(hull.vertices) <= most
    assert outside.is_watertight and outside.is_convex and outside.volume > 0
    assert hull.vertices[:, 1].min() == mesh.vertices[:, 1].min()
    reach = np.einsum("ij,ij->i", outside.face_normals, outside.triangles[:, 0])
    missed = (mesh.vertices.astype(float) @ outside.face_normals.T - reach).max()
    assert missed <= 0.05 * np.linalg.norm(np.ptp(mesh.vertices, axis=0)) or result.warnings
    if name == "box":
        assert len(hull.vertices) == 8 and missed < 1e-6


def test_a_flat_object_is_refused_with_the_way_out() -> None:
    sheet = Mesh(shapes.sphere().vertices * np.float32([1, 0, 1]), shapes.sphere().faces)
    with pytest.raises(StageError, match="flat"):
        collide(shapes.solid(sheet), CollisionShape())


def test_the_same_solid_gives_the_same_bytes() -> None:
    one, two = (collide(shapes.solid(shapes.torus()), CollisionShape()).hulls[0] for _ in range(2))
    assert one.vertices.tobytes() == two.vertices.tobytes() and one.faces.tobytes() == two.faces.tobytes()
