"""Native code that crashes, hangs or takes all memory, in every place that runs it in a child."""

import importlib
import sys
import threading
import time

import pytest

from importer.daemon.builder import Bench, Task
from importer.daemon.builders import Builders
from importer.errors import ImporterError, StageError
from importer.pipeline.stages import Stage
from importer.profile.schema import Profile
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


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_child_that_ends_badly_is_told_with_its_place(place, end, monkeypatch):
    """The call is the module's own; its function is exchanged, and its patience cut."""
    module = importlib.import_module(place)
    real = module.run_in_child

    def worse(function, *args, timeout_s, memory_mb, what=""):
        assert timeout_s <= 600, "nobody waits so long"
        assert memory_mb <= 8192
        return real(end, timeout_s=3 if end is native.hang else 60, memory_mb=600, what=what)

    monkeypatch.setattr(module, "run_in_child", worse)
    with pytest.raises(ImporterError) as caught:
        _call(place)
    assert PLACES[place] in caught.value.what
    assert ENDS[end] in caught.value.what
    assert caught.value.fix


def _call(place):
    """Call what uses the child, with arguments that get so far."""
    if place == "importer.intake.decode":
        from importer.intake.decode import intake

        return intake(b"\x89PNG\r\n\x1a\n" + bytes(100), "a.png")
    module = importlib.import_module(place)
    return module.run_in_child(len, timeout_s=1, memory_mb=1, what=PLACES[place])


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
