"""What is fuzzed: the two places where foreign files are read. Anything raised here is a finding."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from importer.errors import PictureError, ProfileError
from importer.intake.decode import _format, _judge_alpha
from importer.intake.pixels import read_pixels
from importer.profile.resolve import resolve
from tests.hostile.pictures import pictures
from tests.hostile.profiles import profiles

_LONGEST = 2**20


def one_picture(data: bytes) -> None:
    """Read a picture as the child of the first stage does."""
    try:
        _judge_alpha(read_pixels(data, _format(data, "fuzz.png"), "fuzz.png").rgba, "fuzz.png")
    except PictureError as error:
        assert error.what and error.fix and " object at 0x" not in error.what, error


def one_profile(data: bytes) -> None:
    """Resolve a sidecar."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        sidecar = Path(folder) / "fuzz.yaml"
        sidecar.write_bytes(data)
        try:
            resolve(sidecar.with_suffix(".png"), root=Path(folder), profile=None)
        except ProfileError as error:
            assert error.what and error.where, error


TARGETS: dict[str, Callable[[bytes], None]] = {"pictures": one_picture, "profiles": one_profile}


def seeds(kind: str, number: int = 200) -> list[bytes]:
    """Return files to begin with: the hostile ones of the tests, those of a mebibyte at most."""
    found = [data for _, data in pictures(number)] if kind == "pictures" else profiles(number)
    return [data for data in found if len(data) <= _LONGEST]
