"""Fuzz target for pictures and profiles, with atheris; see README.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import atheris

with atheris.instrument_imports(include=["importer", "PIL", "yaml"]):
    from importer.errors import PictureError, ProfileError
    from importer.intake.decode import _format, _judge_alpha
    from importer.intake.pixels import read_pixels
    from importer.profile.resolve import resolve

from tests.hostile.pictures import pictures
from tests.hostile.profiles import profiles

_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
_LONGEST = 2**20


def one_picture(data: bytes) -> None:
    """Read a picture as the child of the first stage does."""
    try:
        _judge_alpha(read_pixels(data, _format(data, "fuzz.png"), "fuzz.png").rgba, "fuzz.png")
    except PictureError as error:
        assert error.what and error.fix and " object at 0x" not in error.what, error


def one_profile(data: bytes) -> None:
    """Resolve a sidecar."""
    (_FOLDER / "fuzz.yaml").write_bytes(data)
    try:
        resolve(_FOLDER / "fuzz.png", root=_FOLDER, profile=None)
    except ProfileError as error:
        assert error.what and error.where, error


def main() -> None:
    """Run libFuzzer: KIND [its options] [folder of inputs]."""
    kind = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if kind not in ("pictures", "profiles"):
        sys.exit("fuzz_input.py pictures|profiles [libFuzzer's options] [folder of inputs]")
    folder = Path(sys.argv[-1])
    if len(sys.argv) > 1 and not sys.argv[-1].startswith("-") and not folder.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            seeds = [data for _, data in pictures(200)] if kind == "pictures" else profiles(200)
            for number, data in enumerate(seeds):
                if len(data) <= _LONGEST:
                    (folder / f"seed{number:03}").write_bytes(data)
    atheris.Setup([*sys.argv, "-rss_limit_mb=4096"], one_picture if kind == "pictures" else one_profile)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
