"""Native code that crashes, hangs or takes all memory, in every place that runs it in a child."""

import importlib
import sys
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest

from importer.daemon.builder import Bench, Task
from importer.daemon.builders import Builders
from importer.errors import PictureError, StageError
from importer.pipeline.stages import Stage
from importer.profile.schema import Profile
from importer.records import Mesh
from tests.faults import native
from tests.faults.stages import TABLE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")

PLACES = {
    "importer.intake.decode": "reading the PNG",
    "importer.mesh.unwrap": "the UV unwrap",
    "importer.verify.picture": "drawing the file",
    "importer.verify.images": "decoding the textures",
    "importer.verify.fbx": "reading the FBX file",
}
ENDS = {native.crash: "crashed with SIGSEGV", native.hang: "took longer than", native.blow_up: "MiB of memory"}


def test_the_list_of_places_is_complete():
    from pathlib import Path

    root = Path(__file__).parents[2]
    using = {p for p in (root / "importer").rglob("*.py") if " run_in_child(" in p.read_text("utf-8")}
    names = {".".join(path.relative_to(root).with_suffix("").parts) for path in using}
    assert names - {"importer.system.child"} == set(PLACES)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
@pytest.mark.parametrize("place", PLACES)
def test_child_that_ends_badly_is_survived(place, end, monkeypatch):
    """The call is the program's own; only what the child computes, and the patience with it, are exchanged."""
    module = importlib.import_module(place)
    real = module.run_in_child

    def worse(function, *args, timeout_s, memory_mb, what=""):
        assert timeout_s <= 600, "nobody waits so long"
        assert memory_mb <= 8192
        return real(end, timeout_s=1 if end is native.hang else 60, memory_mb=600, what=what)

    monkeypatch.setattr(module, "run_in_child", worse)
    said = SURVIVED[place](module)
    if place == "importer.verify.picture":
        assert said is None  # the report goes without the drawing, and says so
    else:
        assert PLACES[place] in said
        assert ENDS[end] in said


def _intake(module):
    with pytest.raises(PictureError) as caught:
        module.intake(b"\x89PNG\r\n\x1a\n" + bytes(100), "a.png")
    assert caught.value.fix
    return caught.value.what


def _unwrap(module):
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    unwrapped = module.unwrap(Mesh(corners, faces), Profile().textures)
    assert len(unwrapped.mesh.faces) == 4
    return unwrapped.warnings[0]


SURVIVED = {
    "importer.intake.decode": _intake,
    "importer.mesh.unwrap": _unwrap,
    "importer.verify.picture": lambda module: module.picture(SimpleNamespace(shapes=()), ()),
    "importer.verify.images": lambda module: module.measure_untrusted([b"x"])[0].fault,
    "importer.verify.fbx": lambda module: module.read_fbx(b"; FBX", "a.fbx", None)[1][0].what,
}


def test_stage_that_hangs_in_the_build_process_is_stopped(tmp_path):
    stuck = Stage("stuck", 1, "tests.faults.native:stall", "read", is_product=True)
    (tmp_path / "a.png").write_bytes(b"picture")
    builders = Builders(Bench(tmp_path / "cache", 10**9, (*TABLE, stuck)), hung_s=4.0)
    task = Task(tmp_path / "a.png", "", Profile().model_dump(mode="json"), tmp_path / "out", "a")
    began = time.monotonic()
    with pytest.raises(StageError, match=r"the stage stuck did not end within .* min and was stopped"):
        builders.build(task, lambda event: None, lambda: True, threading.Event())
    assert time.monotonic() - began < 60
    builders.close()
