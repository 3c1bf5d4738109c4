"""The contact sheet: many published assets, each as its picture and its front, left side and back.

``python -m importer.preview.contact OUT SHEET.png`` reads the folders below ``OUT``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from importer.preview.published import read_asset
from importer.preview.sheet import PAPER, grid, label, png
from importer.preview.turntable import views
from importer.records import U8

VIEWS = [0, 90, 180]


def contact_sheet(folders: list[Path], size: int = 224, columns: int = 2) -> U8:
    """Return the sheet of published `folders`, `columns` assets a row, four tiles (size, size) an asset."""
    strips = [strip(folder, size) for folder in folders]
    blank = np.full_like(strips[0], PAPER)
    strips += [blank] * (-len(strips) % columns)
    return grid(strips, columns, gap=10)


def strip(folder: Path, size: int) -> U8:
    """Return one asset: the picture, the front, the left side and the back."""
    mesh, maps = read_asset(folder)
    data = np.frombuffer((folder / "preview" / "input.png").read_bytes(), np.uint8)
    picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1]
    small = np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)
    tiles = [label(small, folder.name), *views(mesh, maps, VIEWS, size)]
    return grid(tiles, columns=len(tiles), gap=2)


def main() -> None:
    """Read the command line and write the sheet."""
    parser = argparse.ArgumentParser(prog="python -m importer.preview.contact", description=__doc__)
    parser.add_argument("out", type=Path, help="folder of published assets")
    parser.add_argument("sheet", type=Path, help="PNG or JPEG file to write")
    parser.add_argument("--size", type=int, default=224, help="side of a tile in pixels")
    arguments = parser.parse_args()
    folders = sorted(folder for folder in arguments.out.iterdir() if (folder / "gltf").is_dir())
    if not folders:
        parser.error(f"no published asset with the target gltf below {arguments.out}")
    sheet = contact_sheet(folders, arguments.size)
    if arguments.sheet.suffix.lower() in (".jpg", ".jpeg"):
        cv2.imwrite(str(arguments.sheet), np.ascontiguousarray(sheet[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 88])
    else:
        arguments.sheet.write_bytes(png(sheet))


if __name__ == "__main__":
    main()
