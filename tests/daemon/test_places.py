import pytest

from importer.daemon.ledger import Entry
from importer.daemon.places import Places


def done(folder, name=None, state="done"):
    return Entry(state=state, folder=folder, name=name or folder.rpartition("/")[2])


@pytest.mark.parametrize(
    ("picture", "taken", "folder"),
    [
        ("chair.png", {}, "chair"),
        ("a/b/chair.png", {}, "a/b/chair"),
        ("chair.jpg", {"chair.png": "chair"}, "chair_jpg"),
        ("Chair.jpg", {"chair.png": "chair"}, "Chair_jpg"),
        ("chair.jpg", {"chair.png": "chair", "x": "chair_jpg"}, "chair_jpg_2"),
        ("chair.jpg", {"a/chair.png": "a/chair"}, "chair"),
        ("chair/leg.png", {"chair.png": "chair"}, "chair_folder/leg"),
        ("chair/a/leg.png", {"chair.png": "chair"}, "chair_folder/a/leg"),
        ("chair.png", {"chair/leg.png": "chair/leg"}, "chair_png"),
        ("e\u0301/chair.png", {"x": "é/chair"}, "e\u0301/chair_png"),
    ],
)
def test_every_picture_gets_a_folder_of_its_own(picture, taken, folder):
    entries = {owner: done(place) for owner, place in taken.items()}
    leaf = "Chair" if picture.startswith("C") else picture.rpartition("/")[2].partition(".")[0]
    assert Places(entries).assign(picture, leaf) == folder


def test_folder_stays_while_the_name_does():
    entries = {"chair.png": done("chair"), "chair.jpg": done("chair_jpg", "chair")}
    assert Places(entries).assign("chair.jpg", "chair") == "chair_jpg"
    assert Places(entries).assign("chair.jpg", "throne") == "throne"
    del entries["chair.png"]
    assert Places(entries).assign("chair.jpg", "chair") == "chair_jpg"


def test_folder_of_a_vanished_picture_can_be_taken_over():
    entries = {"chair.png": done("chair", state="gone")}
    assert Places(entries).assign("chair.jpg", "chair") == "chair"
    assert Places(entries).previous_owner("chair.jpg", "chair") == "chair.png"
    assert Places(entries).previous_owner("chair.png", "chair") is None
