import errno
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from importer.errors import ImporterError
from importer.pipeline import cache as module
from importer.pipeline.cache import DEFAULT_SIZE, Cache, default_folder, default_size
from importer.records import Files, Mesh

KEYS = [f"{i:02d}" + "0" * 62 for i in range(20)]


def record(fill, size=10_000):
    return Files({"a.bin": bytes([fill]) * size})


def silent(message):
    raise AssertionError(message)


def entries(cache):
    return sorted(path.parent.name for path in cache.folder.glob("??/*/record.json"))


def test_what_was_stored_is_loaded(cache):
    mesh = Mesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    assert cache.load(KEYS[0], silent) is None
    cache.store(KEYS[0], "surface", mesh, silent)
    found = cache.load(KEYS[0], silent)
    assert found is not None
    np.testing.assert_array_equal(found[0].vertices, mesh.vertices)
    assert not list(cache.folder.glob(".partial*"))


def test_same_record_has_the_same_bytes_on_disk(tmp_path):
    one, other = Cache(tmp_path / "1"), Cache(tmp_path / "2")
    for cache in (one, other):
        cache.store(KEYS[0], "x", record(1), silent)
    for file in ("record.json", "0.bin"):
        paths = [next(cache.folder.glob(f"*/*/{file}")) for cache in (one, other)]
        assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("file", ["0.bin", "record.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "remove"])
def test_damaged_entry_is_reported_removed_and_replaced(cache, file, damage):
    cache.store(KEYS[0], "x", record(1), silent)
    path = next(cache.folder.glob(f"*/*/{file}"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    changed = {"flip": bytes(data), "cut": bytes(data[:-5]), "empty": b""}
    path.unlink() if damage == "remove" else path.write_bytes(changed[damage])
    warnings = []
    assert cache.load(KEYS[0], warnings.append) is None
    # Without its record.json an entry cannot be told from one that is being evicted.
    assert len(warnings) == (0 if (file, damage) == ("record.json", "remove") else 1)
    cache.store(KEYS[0], "x", record(2), silent)
    found = cache.load(KEYS[0], silent)
    assert found is not None
    assert found[0] == record(2)


def test_least_recently_used_goes_first_and_the_size_is_kept(tmp_path):
    cache = Cache(tmp_path, size=65_000)
    for i in range(5):
        cache.store(KEYS[i], "x", record(i), silent)
        os.utime(next(tmp_path.glob(f"*/{KEYS[i]}/record.json")), ns=(i * 10**9, i * 10**9))
    assert cache.load(KEYS[0], silent)  # used just now
    for i in (5, 6):
        cache.store(KEYS[i], "x", record(i), silent)
    assert KEYS[0] in entries(cache)
    assert KEYS[1] not in entries(cache)
    assert KEYS[6] in entries(cache)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 65_000


def test_entries_of_other_processes_count(tmp_path):
    for i in range(8):
        Cache(tmp_path, size=10**9).store(KEYS[i], "x", record(i), silent)
    Cache(tmp_path, size=45_000).store(KEYS[8], "x", record(8), silent)
    assert 2 <= len(entries(Cache(tmp_path))) <= 4


def test_several_processes_that_stay_keep_the_size_together(tmp_path):
    caches, size, largest = [Cache(tmp_path, size=500_000) for _ in range(4)], 500_000, 0
    for i in range(100):
        caches[i % 4].store(f"{i:02x}" + KEYS[0][2:], "x", record(i), silent)
        largest = max(largest, sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()))
    assert size * 0.8 < largest < size * 1.3


def test_entry_evicted_while_it_is_read_is_a_miss(cache, monkeypatch):
    cache.store(KEYS[0], "x", record(1), silent)
    read = module.read_entry

    def evicted_before(folder):
        cache._discard(folder)
        return read(folder)

    monkeypatch.setattr(module, "read_entry", evicted_before)
    assert cache.load(KEYS[0], silent) is None


def test_two_threads_with_tiny_cache_always_get_whole_records(tmp_path):
    """Store and load under constant eviction: a load gives the whole record or nothing."""
    faults = []

    def hammer(seed):
        cache = Cache(tmp_path, size=30_000)
        for i in range(60):
            key = KEYS[(i * seed) % 7]
            found = cache.load(key, faults.append)
            if found and found[0] != record(int(key[:2])):
                faults.append(key)
            cache.store(key, "x", record(int(key[:2])), faults.append)

    threads = [threading.Thread(target=hammer, args=(seed,)) for seed in (1, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert not list(tmp_path.glob(".partial*"))


STORE = """
import sys; sys.path[:] = sys.argv[2:]
import time
from pathlib import Path
from importer.pipeline.cache import Cache
from importer.records import Files
cache = Cache(Path(sys.argv[1]), size=10**9)
sys.stdin.readline()
for i in range(30):
    cache.store(f"{i:02d}" + "0" * 62, "x", Files({"a.bin": bytes([i]) * 200_000}), lambda m: print(m, flush=True))
print("done", flush=True)
time.sleep(60)
"""


def process(folder):
    command = [sys.executable, "-c", STORE, str(folder), *sys.path]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_two_processes_that_write_the_same_entries_leave_one_of_each(tmp_path):
    both = [process(tmp_path) for _ in range(2)]
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    assert [one.stdout.readline() for one in both] == ["done\n"] * 2
    for one in both:
        one.kill()
        one.communicate()
    cache = Cache(tmp_path, size=10**9)
    assert len(entries(cache)) == 30
    for key in entries(cache):
        found = cache.load(key, silent)
        assert found is not None
        assert found[0] == record(int(key[:2]), 200_000)
    assert not list(tmp_path.glob(".partial*"))


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_writer_leaves_whole_entries_and_its_rest_is_swept(tmp_path):
    victim = process(tmp_path)
    victim.stdin.write("go\n")
    victim.stdin.flush()
    while not list(tmp_path.glob("??/*")):
        time.sleep(0.001)
    victim.kill()
    victim.communicate()
    cache = Cache(tmp_path, size=10**9)
    for key in entries(cache):
        assert cache.load(key, silent)
    (tmp_path / ".partial-left").mkdir(exist_ok=True)
    cache.store(KEYS[0], "x", record(0), silent)
    assert not list(tmp_path.glob(".partial*"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_disk_that_refuses_is_a_warning(cache, monkeypatch, number):
    def refuse(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module, "write_entry", refuse)
    warnings = []
    cache.store(KEYS[0], "unwrap", record(1), warnings.append)
    assert len(warnings) == 1
    assert "not used for unwrap" in warnings[0]
    assert not list(cache.folder.rglob("*.bin"))


def test_file_in_the_way_of_the_cache_is_a_warning(tmp_path):
    (tmp_path / "cache").write_text("mine")
    warnings = []
    cache = Cache(tmp_path / "cache")
    assert cache.load(KEYS[0], silent) is None
    cache.store(KEYS[0], "unwrap", record(1), warnings.append)
    assert "a file is in the way" in warnings[0]


def test_place_and_size_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPORTER_CACHE", str(tmp_path / "c"))
    assert default_folder() == tmp_path / "c"
    for text, size in {
        "500MB": 500_000_000,
        "2 gb": 2 * 10**9,
        "1.5G": 1_500_000_000,
        "1000": 1000,
        "": DEFAULT_SIZE,
    }.items():
        monkeypatch.setenv("IMPORTER_CACHE_SIZE", text)
        assert default_size() == size
    for text in ("much", "-1", "10 XB"):
        monkeypatch.setenv("IMPORTER_CACHE_SIZE", text)
        with pytest.raises(ImporterError, match=r"IMPORTER_CACHE_SIZE: .* is no size\. Write it like"):
            default_size()


def test_place_without_environment_is_the_platforms(monkeypatch, tmp_path):
    monkeypatch.delenv("IMPORTER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert default_folder().name == "stages"
    if sys.platform != "darwin":
        assert default_folder().is_relative_to(tmp_path)


def test_entry_evicted_and_made_anew_while_it_is_read_is_read_again(cache, monkeypatch):
    cache.store(KEYS[0], "x", record(1), silent)
    read, calls = module.read_entry, []

    def gone_at_first(folder):
        calls.append(folder)
        if len(calls) == 1:
            raise FileNotFoundError("0.bin")
        return read(folder)

    monkeypatch.setattr(module, "read_entry", gone_at_first)
    assert cache.load(KEYS[0], silent) == (record(1),)
