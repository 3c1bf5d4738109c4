"""A thousand bad files: each is read or gets its own clear reason, within limits of time and memory."""

import re
import sys
import time

import pytest

from importer.errors import ImporterError, PictureError, ProfileError
from importer.intake.decode import MAX_BYTES, _format, _judge_alpha
from importer.intake.pixels import read_pixels
from importer.pipeline.stages import STAGES
from importer.profile.resolve import resolve
from importer.system.child import run_in_child
from tests.daemon.watching import running
from tests.faults.yard import scan, status
from tests.hostile.pictures import pictures
from tests.hostile.profiles import profiles
from tests.pipeline.fakes import FAKES

MEMORY_MB = 3072  # as importer/intake/decode.py allows
PICTURES, PROFILES = 650, 350
_UNCLEAR = re.compile(r"Traceback|0x[0-9a-f]{6}|<[a-z_.]*\.[A-Za-z_]+ object|[\x00-\x08\x0b-\x1f\x7f]")


def unclear(error):
    """Return what is wrong with an error's text."""
    text = str(error)
    says_what_to_do = error.fix or error.what.startswith("expected ")
    if not error.what or not error.where or not says_what_to_do:
        return f"what, where or fix is missing: {text!r}"
    if _UNCLEAR.search(text) or len(text) > 2000:
        return f"not for people: {text[:300]!r}"
    return ""


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


def dropped(project, files, seconds):
    """Drop the files on the daemon with the stage that decodes; return what became of each."""
    (project / "drop").mkdir(parents=True)
    for name, data, sidecar in files:
        (project / "drop" / name).write_bytes(data)
        if sidecar is not None:
            (project / "drop" / name).with_suffix(".yaml").write_bytes(sidecar)
    with running(project, table=READ) as daemon:
        end = time.monotonic() + seconds
        while len(daemon.of("published")) + len(daemon.of("failed")) < len(files) and time.monotonic() < end:
            time.sleep(0.2)
        assert daemon.error is None
    snapshot = scan(project / "drop")
    assert snapshot is not None
    entries = status(project).entries
    return {name: entries[name] for name in snapshot.pictures}


def report(name, picture):
    from importer.records import Files

    return Files({f"gltf/{name}.bin": bytes(picture.rgba.shape[:1]), f"{name}.manifest.json": b'{"warnings": []}'})


READ = (
    STAGES[0],
    type(STAGES[0])("report", 1, "tests.hostile.test_hostile_input:report", "name intake", is_product=True),
)


def mixed(number, seed=1):
    """Return (name, bytes, sidecar or None); every third with a sidecar."""
    sidecars = profiles(number, seed)
    return [(name, data, sidecars[i] if i % 3 == 0 else None) for i, (name, data) in enumerate(pictures(number, seed))]


def judged(entries):
    """Return what is wrong with what became of hostile files."""
    wrong = []
    for name, entry in entries.items():
        if entry.state == "failed":
            fault = unclear(
                ImporterError(**{key: (entry.error or {}).get(key, "") for key in ("what", "where", "fix")})
            )
            wrong += [f"{name}: {fault}"] if fault else []
            wrong += [f"{name}: given up after the builder died"] if "ended 3 times" in entry.message() else []
        elif entry.state != "done":
            wrong.append(f"{name} is {entry.state}")
    return wrong


def test_the_daemon_outlives_a_sample(tmp_path):
    files = mixed(400)[::13]
    assert judged(dropped(tmp_path / "project", files, seconds=150)) == []
