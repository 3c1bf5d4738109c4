import numpy as np
import pytest

from importer.mesh.measure import measure
from importer.mesh.topology import weld
from importer.records import Mesh
from tests.support import shapes


def test_a_sphere_by_its_formulas() -> None:
    figures = measure(shapes.sphere(0.5, (3, 2, 1), 5))
    assert figures["volume"] == pytest.approx(4 / 3 * np.pi * 0.125, rel=0.002)
    assert figures["area"] == pytest.approx(np.pi, rel=0.002)
    assert (figures["width"], figures["height"], figures["depth"]) == pytest.approx((1, 1, 1), rel=0.001)
    assert figures["components"] == 1 and figures["open_edges"] == 0


def test_faults_are_counted() -> None:
    box = shapes.box(cuts=0)
    assert measure(Mesh(box.vertices, box.faces[1:]))["open_edges"] == 3
    touching = weld(shapes.joined(box, shapes.box(at=(1, 1, 0), cuts=0)))
    assert measure(touching)["nonmanifold_edges"] == 1
    turned = box.faces.copy()
    turned[0] = turned[0, ::-1]
    assert measure(Mesh(box.vertices, turned))["inconsistent_edges"] == 3
    assert measure(shapes.joined(box, shapes.sphere(at=(5, 0, 0))))["components"] == 2


def test_an_inside_out_mesh_has_negative_volume() -> None:
    assert measure(shapes.inverted(shapes.box()))["volume"] == pytest.approx(-1)
