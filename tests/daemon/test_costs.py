"""What must not be done once for each picture, or the ten-thousandth would cost more than the first."""

import time
from dataclasses import replace

from importer.daemon import publish as publishing
from importer.daemon import round as looking
from importer.daemon.publish import publish
from importer.daemon.scan import scan
from importer.pipeline.cache import Cache
from importer.records import Files
from tests.daemon.conftest import make_asset
from tests.daemon.watching import QUICK, quiet, running
from tests.faults.stages import NULL


def test_end_of_a_build_is_no_look_at_all_files(project, monkeypatch):
    looks = []
    monkeypatch.setattr(looking, "scan", lambda drop: looks.append(0) or scan(drop))
    for i in range(30):
        (project / "drop" / f"a{i}.png").write_bytes(b"%d" % i)
    with running(project, table=NULL, times=replace(QUICK, rescan_s=100.0)) as daemon:
        daemon.wait("queued", count=30)
        quiet(daemon, 0.5)
        before = len(looks)
        daemon.wait("published", count=30, seconds=60)
        quiet(daemon, 0.5)
        assert len(looks) == before


def test_process_that_builds_counts_the_cache_once(tmp_path, monkeypatch):
    counted, entries = [], Cache._entries
    monkeypatch.setattr(Cache, "_entries", lambda self: counted.append(0) or entries(self))
    cache = Cache(tmp_path, size=10**9)
    for i in range(10):
        cache.store(f"{i:064x}", "x", Files({"a.bin": b"a"}), print)
    assert len(counted) == 1


def test_names_of_all_assets_are_read_at_times_only(tmp_path, monkeypatch):
    sweeps = []

    def sweep(folder):
        sweeps.append(folder)
        time.sleep(0.2)  # ten thousand names on a slow share

    monkeypatch.setattr(publishing, "sweep", sweep)
    for i in range(5):
        publish(make_asset(f"chair{i}"), tmp_path)
    assert sweeps == [tmp_path]
