"""Fuzz target for pictures and profiles, with atheris; see README.md."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import atheris

with atheris.instrument_imports(include=["importer", "PIL", "yaml"]):
    from fuzz.targets import TARGETS, seeds


def main() -> None:
    """Run libFuzzer: KIND [its options] [folder of inputs]."""
    kind = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if kind not in TARGETS:
        sys.exit(f"fuzz_input.py {'|'.join(TARGETS)} [libFuzzer's options] [folder of inputs]")
    folder = Path(sys.argv[-1])
    if len(sys.argv) > 1 and not sys.argv[-1].startswith("-") and not folder.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            for number, data in enumerate(seeds(kind)):
                (folder / f"seed{number:03}").write_bytes(data)
    atheris.Setup([*sys.argv, "-rss_limit_mb=4096"], TARGETS[kind])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
