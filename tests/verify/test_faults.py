"""Every promised fault, made in a GLB and in an FBX file, is caught by its code, with place, reason and remedy."""

from __future__ import annotations

import functools
import gc
from typing import Any

import numpy as np
import pytest

from importer.export.manifest import bounds
from importer.records import Finding, TexturedMesh
from importer.system.child import run_in_child
from importer.verify import fbx as reader
from importer.verify.images import measure_all, remembered
from importer.verify.inspect import inspect
from importer.verify.subject import Expected
from tests.verify.broken import fbx, glb
from tests.verify.broken.faults import FAULTS, Fault
from tests.verify.broken.model import Model, good_ball, good_cart, good_figure
from tests.verify.fbx_batch import load_all

GOOD = {"cart": good_cart, "ball": good_ball, "figure": good_figure}
CASES = [(name, "glb") for name, fault in FAULTS.items() if fault.glb]
CASES += [(name, "fbx") for name, fault in FAULTS.items() if fault.fbx]
MEASURE = remembered(measure_all)


@functools.cache
def broken(name: str, format: str) -> bytes:
    fault = FAULTS[name]
    with np.errstate(all="ignore"):
        return (glb if format == "glb" else fbx).write(fault.change(fault.good()))


@pytest.fixture(scope="module", autouse=True)
def one_child_for_all() -> Any:
    """Read all FBX files in one child process, which takes a second to start."""
    files = [broken(name, "fbx") for name, format in CASES if format == "fbx"]
    files += [fbx.write(make()) for make in GOOD.values()]
    plain = dict(zip(files, run_in_child(load_all, files, timeout_s=120, memory_mb=4096), strict=True))
    assert gc.isenabled()
    patch = pytest.MonkeyPatch()
    patch.setattr(reader, "run_in_child", lambda load, data, **limits: plain[data])
    yield
    patch.undo()


def expected(model: Model) -> Expected:
    """Return what is known of a good model beforehand."""
    part = model.part()
    normals = part.normals if part.normals is not None else part.vertices
    box = bounds(TexturedMesh(part.vertices, normals, part.tangents, part.uv, part.faces))
    triangles = tuple(len(part.faces) for part in model.parts if not part.bare)
    return Expected(np.array(box.min), np.array(box.max), np.array(box.centroid), "base", triangles)


@functools.cache
def of_fault(name: str, format: str, ours: bool) -> list[Finding]:
    known = expected(FAULTS[name].good()) if ours else None
    return findings(broken(name, format), format, known)


def findings(data: bytes, format: str, known: Expected | None = None) -> list[Finding]:
    file = f"asset.{format}"
    return inspect(file, {file: data}, MEASURE, known)


def must_name(found: list[Finding], fault: Fault) -> None:
    (finding, *_) = [f for f in found if f.code == fault.code] or [None]
    assert finding is not None, f"{fault.code} is not among {sorted({f.code for f in found})}"
    assert finding.where.startswith("asset.")
    assert len(finding.what) > 10
    assert len(finding.fix) > 10


@pytest.mark.parametrize(("name", "format"), [case for case in CASES if FAULTS[case[0]].ours])
def test_a_fault_in_an_asset_of_our_own_is_caught(name: str, format: str) -> None:
    must_name(of_fault(name, format, True), FAULTS[name])


@pytest.mark.parametrize(("name", "format"), [case for case in CASES if FAULTS[case[0]].elsewhere])
def test_a_fault_in_a_file_from_elsewhere_is_caught(name: str, format: str) -> None:
    must_name(of_fault(name, format, False), FAULTS[name])


@pytest.mark.parametrize("format", ["glb", "fbx"])
@pytest.mark.parametrize("name", GOOD)
def test_the_good_models_have_no_findings(name: str, format: str) -> None:
    model = GOOD[name]()
    data = (glb if format == "glb" else fbx).write(model)
    assert findings(data, format) == []
    assert findings(data, format, expected(model)) == []


def test_each_fault_is_a_fault_of_its_own() -> None:
    """A change that breaks everything would be caught by anything: most faults must leave other codes alone."""
    alone = 0
    for name, fault in FAULTS.items():
        if fault.glb:
            alone += len({f.code for f in of_fault(name, "glb", fault.ours)}) <= 2
    assert alone >= 0.7 * len(FAULTS)
