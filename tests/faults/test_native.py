"""Native code that crashes, hangs or takes all memory, in every place that runs it in a child."""

import sys
import threading
import time

import pytest

from importer.daemon.builder import Bench, Task
from importer.daemon.builders import Builders
from importer.errors import StageError
from importer.pipeline.stages import Stage
from importer.profile.schema import Profile
from tests.faults.native import ENDS, PLACES, is_clear, said
from tests.faults.stages import TABLE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")


def test_the_list_of_places_is_complete():
    from pathlib import Path

    root = Path(__file__).parents[2]
    using = {p for p in (root / "importer").rglob("*.py") if " run_in_child(" in p.read_text("utf-8")}
    names = {".".join(path.relative_to(root).with_suffix("").parts) for path in using}
    assert names - {"importer.system.child"} == set(PLACES)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
@pytest.mark.parametrize("place", PLACES)
def test_child_that_ends_badly_is_survived_and_named(place, end):
    words = said(place, end)
    assert is_clear(place, end, words), words


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
