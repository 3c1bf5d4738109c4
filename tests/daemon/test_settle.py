from pathlib import Path

import pytest

from importer.daemon.settle import Settler, can_open


def settler(opens=lambda path: True):
    return Settler(Path("drop"), settle_s=2.0, opens=opens)


def test_growing_file_settles_after_its_last_change():
    s = settler()
    for now, size in [(0.0, 10), (1.5, 20), (3.0, 30)]:
        s.look({"a": (size, 1)}, now)
        assert not s.is_settled("a", now)
    s.look({"a": (30, 1)}, 4.9)
    assert not s.is_settled("a", 4.9)
    s.look({"a": (30, 1)}, 5.0)
    assert s.is_settled("a", 5.0)


def test_change_of_time_alone_counts():
    s = settler()
    s.look({"a": (10, 1)}, 0)
    s.look({"a": (10, 2)}, 1.9)
    assert not s.is_settled("a", 3.0)
    assert s.is_settled("a", 3.9)


def test_file_that_was_away_begins_anew():
    s = settler()
    s.look({"a": (10, 1)}, 0)
    s.look({}, 1)
    s.look({"a": (10, 1)}, 2)
    assert not s.is_settled("a", 3)
    assert not s.is_settled("b", 3)


def test_empty_file_is_given_more_time():
    s = settler()
    s.look({"a": (0, 1)}, 0)
    assert not s.is_settled("a", 9.9)
    assert s.is_settled("a", 10.0)


def test_locked_file_is_not_settled_until_it_opens():
    locked = [True]
    s = settler(lambda path: not locked[0])
    s.look({"a": (10, 1)}, 0)
    assert not s.is_settled("a", 5)
    locked[0] = False
    assert s.is_settled("a", 5)


def test_settled_file_is_not_opened_again_until_it_changes():
    opened = []
    s = settler(lambda path: not opened.append(path))
    s.look({"a": (10, 1)}, 0)
    for now in (3, 4, 5):
        s.look({"a": (10, 1)}, now)
        assert s.is_settled("a", now)
    s.look({"a": (11, 2)}, 6)
    assert s.is_settled("a", 9)
    assert opened == [Path("drop/a")] * 2


@pytest.mark.parametrize("there", [True, False])
def test_opening_tells(tmp_path, there):
    if there:
        (tmp_path / "a").write_bytes(b"x")
    assert can_open(tmp_path / "a") is there
    assert not can_open(tmp_path)
