import os
import sys
from dataclasses import replace

import pytest

from importer.errors import ImporterError, PictureError, StageError
from importer.pipeline.cache import Cache
from importer.pipeline.run import build_asset
from importer.pipeline.stages import Stage
from importer.profile.schema import Asset, LodLevels, Profile, Scale
from tests.pipeline.fakes import FAKES

ALL = ["read", "shape", "thin", "write", "check"]
PROFILE = Profile(scale=Scale(height_m=2.0), lods=LodLevels(count=2))


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "Stuhl für Oma.png"
    path.write_bytes(bytes(range(10)))
    return path


def build(picture, cache, profile=PROFILE, table=FAKES, events=None):
    return build_asset(picture, profile, cache, events.append if events is not None else lambda e: None, table=table)


def test_asset_has_files_findings_and_figures(picture, cache, ran):
    asset = build(picture, cache)
    assert asset.name == "Stuhl_für_Oma"
    assert sorted(asset.files) == ["gltf/Stuhl_für_Oma.glb", "preview/input.png"]
    assert asset.findings[0].code == "SMALL"
    assert asset.figures == {"bytes": 40}
    assert [run.name for run in asset.stages] == ALL
    assert not any(run.cached for run in asset.stages)


def test_second_run_runs_nothing_and_gives_the_same_bytes(picture, cache, ran):
    first = build(picture, cache)
    assert ran() == ALL
    events = []
    second = build(picture, cache, events=events)
    assert ran() == []
    assert second.files == first.files
    assert all(run.cached for run in second.stages)
    assert {event.kind for event in events} == {"cached"}


def test_separate_caches_give_the_same_bytes(picture, tmp_path, ran):
    assert build(picture, Cache(tmp_path / "a")).files == build(picture, Cache(tmp_path / "b")).files
    assert ran() == ALL * 2


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ({"lods": LodLevels(count=3)}, ["thin", "write", "check"]),
        ({"scale": Scale(height_m=3.0)}, ["shape", "thin", "write", "check"]),
        ({"asset": Asset(name="throne")}, ["write", "check"]),
        ({"pivot": "center"}, []),
    ],
)
def test_changed_parameter_runs_its_stage_and_what_follows(picture, cache, ran, change, again):
    build(picture, cache)
    ran()
    build(picture, cache, PROFILE.model_copy(update=change))
    assert ran() == again


def test_going_back_to_old_parameters_runs_nothing(picture, cache, ran):
    build(picture, cache)
    build(picture, cache, PROFILE.model_copy(update={"lods": LodLevels(count=3)}))
    ran()
    build(picture, cache)
    assert ran() == []


@pytest.mark.parametrize("stage", range(5))
def test_version_bump_runs_its_stage_and_what_follows(picture, cache, ran, stage):
    build(picture, cache)
    ran()
    bumped = [replace(s, version=2) if i == stage else s for i, s in enumerate(FAKES)]
    build(picture, cache, table=bumped)
    assert ran() == ALL[stage:]


def test_other_picture_runs_all_and_same_bytes_under_other_name_only_the_naming(picture, cache, ran, tmp_path):
    build(picture, cache)
    ran()
    copy = tmp_path / "copy.png"
    copy.write_bytes(picture.read_bytes())
    build(copy, cache)
    assert ran() == ["write", "check"]
    copy.write_bytes(bytes(range(1, 11)))
    build(copy, cache)
    assert ran() == ALL


def test_evicted_middle_is_not_missed_until_it_is_needed(picture, cache, ran):
    build(picture, cache)
    ran()
    for record in cache.folder.glob("??/*/record.json"):
        if any(f'"stage":"{name}"' in record.read_text() for name in ("read", "shape", "thin")):
            cache._discard(record.parent)
    build(picture, cache)
    assert ran() == []
    build(picture, cache, PROFILE.model_copy(update={"lods": LodLevels(count=3)}))
    assert ran() == ALL


def test_damaged_entry_is_reported_and_built_again(picture, cache, ran):
    first = build(picture, cache)
    ran()
    for record in cache.folder.glob("??/*/record.json"):
        if '"stage":"write"' in record.read_text():
            (record.parent / "0.bin").write_bytes(b"garbage")
    second = build(picture, cache)
    assert ran() == ["write"]
    assert second.files == first.files
    assert any("0.bin is damaged" in warning for warning in second.warnings)
    assert build(picture, cache).warnings == first.warnings


def test_full_disk_under_the_cache_does_not_fail_the_asset(picture, cache, ran, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("importer.pipeline.cache.write_entry", full)
    events = []
    asset = build(picture, cache, events=events)
    assert sorted(asset.files) == ["gltf/Stuhl_für_Oma.glb", "preview/input.png"]
    assert any("the disk is full" in warning for warning in asset.warnings)
    assert [event.kind for event in events].count("warning") == 5
    assert not list(cache.folder.glob("**/record.json"))
    assert not list(cache.folder.glob(".partial*"))


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names there are Unicode")
def test_file_name_that_is_no_text_gives_an_asset(tmp_path, cache, ran):
    path = tmp_path / os.fsdecode(b"ch\xffir.png")
    path.write_bytes(bytes(range(10)))
    assert build(path, cache).name == "ch_ir"


def test_importer_error_of_a_stage_names_the_picture(picture, cache, ran):
    picture.write_bytes(b"bad")
    with pytest.raises(PictureError, match=r"Stuhl für Oma\.png: this is no picture"):
        build(picture, cache)


def test_bug_in_a_stage_is_a_stage_error_that_names_stage_and_picture(picture, cache, ran):
    with pytest.raises(
        StageError, match=r"Oma\.png: the stage shape failed with TypeError: .*height|NoneType"
    ) as caught:
        build(picture, cache, Profile())
    assert isinstance(caught.value.__cause__, TypeError)


@pytest.mark.parametrize(("make", "what"), [(None, "no such file"), ("mkdir", "cannot be read")])
def test_unreadable_picture_is_a_clear_error(tmp_path, cache, make, what):
    path = tmp_path / "chair.png"
    if make:
        path.mkdir()
    with pytest.raises(ImporterError, match=what):
        build(path, cache)


def test_stage_that_writes_into_its_input_is_caught(picture, cache, ran):
    table = [*FAKES[:2], Stage("spoil", 1, "tests.pipeline.test_run:spoil", "shape", is_product=True)]
    with pytest.raises(StageError, match=r"spoil failed with ValueError.*read-only"):
        build(picture, cache, table=table)


def spoil(mesh):
    mesh.vertices[:] = 0


def test_listener_that_raises_ends_the_build_and_keeps_what_is_done(picture, cache, ran):
    class Stop(Exception):
        pass

    def stop_at_thin(event):
        if (event.kind, event.stage) == ("started", "thin"):
            raise Stop

    with pytest.raises(Stop):
        build_asset(picture, PROFILE, cache, stop_at_thin, table=FAKES)
    ran()
    build(picture, cache)
    assert ran() == ["thin", "write", "check"]


def test_installing_background_weights_cuts_again(picture, cache, ran, tmp_path, monkeypatch):
    """A busy background that was cut by a guess is cut by the network once its weights are there."""
    monkeypatch.setenv("U2NET_HOME", str(tmp_path))
    table = [
        Stage(s.name, s.version, s.function, s.arguments, "weights" if s is FAKES[0] else s.also, s.is_product)
        for s in FAKES
    ]
    build(picture, cache, table=table)
    place = tmp_path / "models" / PROFILE.matte.model / f"{PROFILE.matte.model}.onnx"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"weights")
    assert not build(picture, cache, table=table).stages[0].cached
