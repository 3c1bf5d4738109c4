"""A disk that is really full, under the cache, the output and the folder for temporary files."""

import tempfile

import pytest

from importer.daemon.publish import publish
from importer.errors import OutputError
from importer.pipeline.cache import Cache
from importer.pipeline.run import build_asset
from importer.profile.schema import LodLevels, Profile, Scale
from importer.system.child import run_in_child
from tests.pipeline.fakes import FAKES
from tests.support.disks import tiny_disk  # noqa: F401  (fixture)

PROFILE = Profile(scale=Scale(height_m=2.0), lods=LodLevels(count=2))


@pytest.fixture
def picture(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    path = tmp_path / "chair.png"
    path.write_bytes(bytes(i % 251 + 1 for i in range(100_000)))
    return path


def test_asset_is_built_without_the_cache(picture, tmp_path, tiny_disk):  # noqa: F811
    asset = build_asset(picture, PROFILE, Cache(tiny_disk / "cache"), table=FAKES)
    assert any("the disk is full" in warning for warning in asset.warnings)
    path = publish(asset, tmp_path / "out")
    assert (path / "preview" / "input.png").stat().st_size == 400_000
    assert not list((tiny_disk / "cache").glob(".partial*"))


def test_output_names_the_full_disk_and_is_complete_once_there_is_room(picture, tmp_path, tiny_disk):  # noqa: F811
    asset = build_asset(picture, PROFILE, Cache(tmp_path / "cache"), table=FAKES)
    with pytest.raises(OutputError, match=r"MiB free and .* MiB are needed\. Free space on this disk"):
        publish(asset, tiny_disk)
    assert list(tiny_disk.iterdir()) == []


def test_child_process_names_the_full_disk(monkeypatch, tiny_disk):  # noqa: F811
    monkeypatch.setattr(tempfile, "tempdir", str(tiny_disk))
    with pytest.raises(OutputError, match="the disk is full"):
        run_in_child(len, bytes(1_000_000), timeout_s=20, memory_mb=100, what="the test")
    assert [path for path in tiny_disk.rglob("*") if path.is_file()] == []
