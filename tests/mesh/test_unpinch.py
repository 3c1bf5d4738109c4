import manifold3d
import numpy as np
import pytest

from importer.mesh.topology import edge_faults, is_closed, weld
from importer.mesh.unpinch import unpinch
from importer.records import Mesh
from tests.support import shapes


@pytest.mark.parametrize(
    ("shift", "volume"),
    [((1, 1, 0), 2.0), ((1, 1, 1), 2.0)],
    ids=["boxes that share an edge", "boxes that share a corner"],
)
def test_sheets_that_touch_are_parted(shift: tuple[int, int, int], volume: float) -> None:
    pinched = weld(shapes.joined(shapes.box(cuts=0), shapes.box(at=shift, cuts=0)))
    mesh = unpinch(pinched)
    assert is_closed(mesh.faces) and len(mesh.faces) == len(pinched.faces)
    solid = manifold3d.Manifold(manifold3d.Mesh(mesh.vertices, mesh.faces.astype(np.uint32)))
    assert solid.status() == manifold3d.Error.NoError and len(solid.decompose()) == 2
    assert solid.volume() == pytest.approx(volume, rel=1e-2)
    assert is_closed(weld(mesh).faces)  # the sheets lie apart, so that a reader that merges vertices is content too


def test_two_tunnels_through_one_edge_stay_joined_through_matter() -> None:
    """Seen along the edge, matter and air alternate; the faces of one wedge of matter stay together."""
    corner = weld(shapes.joined(shapes.box(cuts=0), shapes.box(at=(1, 1, 0), cuts=0)))
    assert edge_faults(corner.faces)[1] == 1
    hollow = unpinch(Mesh(corner.vertices, np.ascontiguousarray(corner.faces[:, ::-1])))
    solid = manifold3d.Manifold(manifold3d.Mesh(hollow.vertices, hollow.faces[:, ::-1].astype(np.uint32)))
    assert solid.status() == manifold3d.Error.NoError
    assert len(solid.decompose()) == 1  # turned inside out, the air's two boxes are one piece of matter


def test_a_clean_mesh_is_left_alone() -> None:
    ball = shapes.sphere(detail=2)
    assert unpinch(ball) is ball
