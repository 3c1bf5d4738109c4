"""A thousand bad files: each is read or gets its own clear reason, within limits of time and memory."""

import re
import sys
import time

import pytest

from importer.errors import PictureError, ProfileError
from importer.intake.decode import MAX_BYTES, _format, _judge_alpha
from importer.intake.pixels import read_pixels
from importer.profile.resolve import resolve
from importer.system.child import run_in_child
from tests.daemon.watching import running
from tests.faults.yard import scan, status
from tests.hostile.daemon import DAEMON_MB, one_of_each_kind, through_the_daemon, unclear
from tests.hostile.pictures import pictures
from tests.hostile.profiles import profiles
from tests.pipeline.fakes import FAKES

MEMORY_MB = 3072  # as importer/intake/decode.py allows
PICTURES, PROFILES = 650, 350


def read_all(files):
    """Decode as the stage does, in this one process: (name, what is wrong) of each, and the largest memory in MiB."""
    wrong, answers = [], set()
    for name, data in files:
        began = time.monotonic()
        try:
            _judge_alpha(read_pixels(data, _format(data, name), name).rgba, name)
        except PictureError as error:
            answers.add(error.what)
            if fault := unclear(error):
                wrong.append((name, fault))
        except MemoryError:
            answers.add("memory")  # the limit's: the stage has words for it
        if time.monotonic() - began > 30:
            wrong.append((name, "took more than 30 s"))
    return wrong, answers


def test_bad_pictures_are_read_or_get_a_clear_reason():
    files = pictures(PICTURES)
    wrong, answers = run_in_child(read_all, files, timeout_s=280, memory_mb=MEMORY_MB)
    assert wrong == []
    assert len(answers) > 60, "the files are too much alike to show anything"
    assert MAX_BYTES == 512 * 2**20


def test_bad_sidecars_are_taken_or_get_a_clear_reason(tmp_path):
    (tmp_path / "drop").mkdir()
    (tmp_path / "profile.yaml").touch()
    wrong, refused = [], set()
    for number, data in enumerate(profiles(PROFILES)):
        (tmp_path / "drop" / "sidecar.yaml").write_bytes(data)
        began = time.monotonic()
        try:
            resolve(tmp_path / "drop" / "sidecar.png", root=tmp_path, profile=None)
        except ProfileError as error:
            refused.add(error.what)
            if "sidecar.yaml" not in error.where or unclear(error):
                wrong.append((number, data[:80], unclear(error)))
        if time.monotonic() - began > 10:
            wrong.append((number, data[:80], "took more than 10 s"))
    assert wrong == []
    assert len(refused) > 80


# Names that a POSIX disk takes, and Windows or a terminal does not.
NAMES = (
    *(
        "con.png",
        "aux.png",
        "lpt1.png",
        "COM¹.png",
        "a:b.png",
        "a\\b.png",
        "..\\evil.png",
        "....png",
        " .png",
        "-rf.png",
    ),
    *(
        "a\nb.png",
        "\x1b[2J\x07.png",
        "\u202egnp.exe.png",
        "a" * 250 + ".png",
        "é" * 120 + ".png",
        "e\u0301.png",
        "\udcff.png",
    ),
    *(
        "$(reboot).png",
        "`x`.png",
        "%00.png",
        "[red]x.png",
        "a?*|<>.png",
        "profile.png",
        "~a.png",
        "CON.tar.png",
        "\u200b.png",
    ),
)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="such names cannot be made there")
def test_names_that_lead_astray_make_assets_with_safe_names(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_LOG", str(tmp_path / "log"))
    directory = tmp_path / "project"
    (directory / "drop").mkdir(parents=True)
    (directory / "profile.yaml").write_text("scale:\n  height_m: 2.0\n")
    for number, name in enumerate(NAMES):
        (directory / "drop" / name).write_bytes(bytes(range(number, number + 40)))
    snapshot = scan(directory / "drop")
    assert snapshot is not None
    assert len(snapshot.pictures) == len(NAMES) - 2  # those that begin with a dot are hidden
    with running(directory, table=FAKES) as daemon:
        daemon.wait("published", count=len(snapshot.pictures), seconds=120)
    assert {entry.state for entry in status(directory).entries.values()} == {"done"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "log", "project"]
    folders = [path.name for path in (directory / "out").iterdir()]
    assert len({name.casefold() for name in folders}) == len(snapshot.pictures)
    reserved = re.compile(r'(con|aux|lpt1|com¹)(\.|$)|[<>:"/\\|?*\x00-\x1f\u202e]|[. ]$', re.IGNORECASE)
    assert [name for name in folders if reserved.search(name)] == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_daemon_outlives_every_kind_and_says_what_is_wrong_with_each(tmp_path):
    files = one_of_each_kind()
    assert len(files) >= 60
    run = through_the_daemon(tmp_path, files, seconds=200)
    assert run.wrong == []
    assert run.failed > 40
    assert run.peak_mb < DAEMON_MB
