import threading

import pytest

from importer.daemon.events import listening

CHANGES = {
    "write": lambda drop: (drop / "a.png").write_bytes(b"2"),
    "rename": lambda drop: (drop / "a.png").rename(drop / "b.png"),
    "move in": lambda drop: (drop.parent / "c.png").rename(drop / "set" / "c.png"),
    "new folder": lambda drop: (drop / "new").mkdir(),
    "delete": lambda drop: (drop / "a.png").unlink(),
}


@pytest.fixture
def drop(tmp_path):
    (tmp_path / "drop" / "set").mkdir(parents=True)
    (tmp_path / "drop" / "a.png").write_bytes(b"1")
    (tmp_path / "c.png").write_bytes(b"1")
    return tmp_path / "drop"


@pytest.mark.parametrize("change", CHANGES)
def test_change_is_a_reason_to_look(drop, change):
    wake = threading.Event()
    with listening(drop.parent, wake) as problem:
        assert not problem
        CHANGES[change](drop)
        assert wake.wait(10)


def test_reading_is_none(drop):
    """The daemon reads every picture itself."""
    wake = threading.Event()
    with listening(drop.parent, wake):
        (drop / "a.png").read_bytes()
        list(drop.iterdir())
        assert not wake.wait(0.5)
