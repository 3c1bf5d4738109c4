import unicodedata

import pytest

from importer.system.names import asset_name


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("chair", "chair"),
        ("Stuhl für Oma", "Stuhl_für_Oma"),
        ("日本語の椅子", "日本語の椅子"),
        ("e\u0301tage\u0300re", "étagère"),
        ("../../etc/passwd", "etc_passwd"),
        ("..\\..\\windows", "windows"),
        ("C:\\x", "C_x"),
        ("-rf", "rf"),
        ("chair. ", "chair"),
        ("CON", "CON_"),
        ("con.old", "con_.old"),
        ("COM¹", "COM¹_"),
        ("console", "console"),
        ("a\x00b\nc", "a_b_c"),
        ("gpj\u202eexe", "gpj_exe"),
        ("\udcff", "asset"),
        ("...", "asset"),
        ("", "asset"),
    ],
)
def test_name_is_safe_and_keeps_what_it_can(stem, name):
    assert asset_name(stem) == name


@pytest.mark.parametrize("stem", ["x" * 300, "椅" * 300, "👩‍🚀" * 100])
def test_long_names_are_cut_and_stay_apart(stem):
    one, other = asset_name(stem + "1"), asset_name(stem + "2")
    assert one != other
    assert len(one) <= 64
    assert len(one.encode()) <= 180


@pytest.mark.parametrize("stem", ["a b", "con", "x" * 300, "../x", "é", "__a__"])
def test_a_safe_name_is_its_own_safe_name(stem):
    name = asset_name(stem)
    assert asset_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
