"""No path of a manifest leaves its folder, whatever system reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from importer.manifest.paths import inside, is_safe

GOOD = ["a", "gltf/cart.glb", "a/b/c.png", "Stuhl für Oma/x.glb", "..a/b..c", "a/...b", "console.glb", "com/lpt.png"]
BAD = [
    *("", "/", "/etc/passwd", "//host/share/x", "..", "../x", "a/../../x", "a/..", ".", "./a", "a/./b", "a//b", "a/"),
    *(
        "C:",
        "C:/x",
        "c:x",
        "\\\\host\\x",
        "a\\..\\x",
        "a\\b",
        "a:stream",
        "a\0b",
        "a\nb",
        "a*",
        "a?",
        'a"',
        "<a>",
        "a|b",
    ),
    *("nul", "a/CON", "a/com1.png", "aux.glb", "a. /b", "a./b", "a /b", "x."),
]


@pytest.mark.parametrize("path", GOOD)
def test_plain_paths_are_safe(path: str, tmp_path: Path) -> None:
    assert is_safe(path)
    assert inside(tmp_path, path) == tmp_path.resolve() / path


@pytest.mark.parametrize("path", BAD)
def test_unsafe_paths_are_refused(path: str, tmp_path: Path) -> None:
    assert not is_safe(path)
    assert inside(tmp_path, path) is None
