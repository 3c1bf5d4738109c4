"""Make the example pictures, CC0, from procedural models: ``python examples/make_examples.py [NAME...]``."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "making")]

import chest  # noqa: E402
import mushroom  # noqa: E402
import robot  # noqa: E402
import rocket  # noqa: E402
from studio import cut_out, on_backdrop  # noqa: E402

PICTURES = {
    "chest.png": lambda: cut_out(chest.parts(), yaw=-24, pitch=16),
    "robot.png": lambda: cut_out(robot.parts(), yaw=12, pitch=6),
    "rocket.png": lambda: cut_out(rocket.parts(), yaw=0, pitch=8),
    "mushroom.jpg": lambda: on_backdrop(mushroom.parts(), yaw=14, pitch=12),
}


def main(names: list[str]) -> None:
    """Write the pictures named, or all of them, beside this file."""
    for name in names or PICTURES:
        # Pillow takes each option for the one format that has it.
        Image.fromarray(PICTURES[name]()).save(HERE / name, optimize=True, quality=93)


if __name__ == "__main__":
    main(sys.argv[1:])
