import os

import pytest

from importer.daemon.pairing import orphans, profile_files, sidecars
from importer.daemon.scan import Snapshot, classify, scan


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((f"chair{suffix}", "picture") for suffix in (".png", ".JPG", ".jpeg", ".webp", ".bmp", ".tif", ".TIFF")),
        *((f"chair{suffix}", "profile") for suffix in (".yaml", ".yml")),
        *((f"chair{suffix}", "other") for suffix in (".psd", ".gif", "", ".txt")),
        *((name, "ignored") for name in (".chair.png", "~$chair.png", "chair.png~", "chair.png.tmp", "a/.b.yaml")),
        *((f"chair.png{suffix}", "ignored") for suffix in (".part", ".crdownload", ".download", ".swp", ".filepart")),
        *((name, "ignored") for name in ("Thumbs.db", "desktop.ini")),
    ],
)
def test_names_say_what_a_file_is(name, kind):
    assert classify(name) == kind


def test_scan_sees_subfolders_and_the_projects_profile_and_follows_no_folder_links(tmp_path):
    drop = tmp_path / "drop"
    (drop / "a" / "ü").mkdir(parents=True)
    (drop / ".git").mkdir()
    (drop / ".git" / "x.png").write_bytes(b"1")
    (drop / "a" / "ü" / "x.png").write_bytes(b"12")
    (drop / "b.yaml").write_bytes(b"")
    (tmp_path / "profile.yaml").write_bytes(b"123")
    (drop / "loop").symlink_to(drop)
    (drop / "link.png").symlink_to(drop / "a" / "ü" / "x.png")
    (drop / "broken.png").symlink_to(drop / "nothing")
    found = scan(drop)
    assert found is not None
    assert {name: stamp[0] for name, stamp in found.pictures.items()} == {"a/ü/x.png": 2, "link.png": 2}
    assert list(found.profiles) == ["b.yaml", "../profile.yaml"]
    assert scan(tmp_path / "none") is None


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names there are Unicode")
def test_name_that_is_no_text_is_seen(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(b"1")
    found = scan(tmp_path)
    assert found is not None
    assert list(found.pictures) == ["\udcff.png"]


def stamped(*names):
    return dict.fromkeys(names, (1, 1))


ABOVE = ["../profile.yaml", "profile.yml", "a/profile.yaml"]


def test_profiles_of_a_picture_are_in_order_of_weight():
    here = stamped("c/profile.yaml", "a/chair.yaml", "a/b/chair.yaml", *ABOVE)
    assert profile_files("a/b/chair.png", here) == [
        "../profile.yaml",
        "profile.yml",
        "a/profile.yaml",
        "a/b/chair.yaml",
    ]
    assert profile_files("chair.png", here) == ["../profile.yaml", "profile.yml"]


def test_sidecar_is_of_its_stem_alone():
    here = stamped("chair.yaml", "chair.v2.yml", "profile.yaml")
    assert sidecars("chair.png", here) == ["chair.yaml"]
    assert sidecars("chair.v2.png", here) == ["chair.v2.yml"]
    assert sidecars("profile.png", here) == []


def test_orphans_are_sidecars_that_nothing_uses():
    snapshot = Snapshot(stamped("a.png"), stamped("a.yaml", "b.yaml", "base.yaml", "profile.yaml", "../profile.yaml"))
    assert orphans(snapshot, used=["base.yaml"]) == ["b.yaml"]
