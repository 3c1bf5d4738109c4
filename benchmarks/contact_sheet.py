"""Remake the pictures in docs/images from published assets: ``python -m benchmarks.contact_sheet [--out DIR]``.

``contact-sheet.jpg`` shows the pictures of ../shared/images where they are; ``examples.png`` and ``turntable.png`` show
those of examples/. Run it after a change of the network, and look at what comes out.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

from importer.daemon.publish import publish
from importer.errors import ImporterError
from importer.pipeline.run import build_asset
from importer.preview.contact import contact_sheet
from importer.preview.sheet import png
from importer.profile.schema import Profile
from importer.records import U8

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
PROFILE = Profile.model_validate({"export": {"targets": ["gltf"]}})
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def published(pictures: list[Path], out: Path) -> list[Path]:
    """Build and publish each picture below `out`; print time, findings and failures; return the folders."""
    folders = []
    for picture in pictures:
        began = time.perf_counter()
        try:
            asset = build_asset(picture, PROFILE)
            folders.append(publish(asset, out))
        except ImporterError as error:
            print(f"{picture.name}: FAILED: {error}")
            continue
        codes = sorted({f"{finding.severity} {finding.code}" for finding in asset.findings})
        print(f"{picture.name}: {time.perf_counter() - began:.1f} s  {', '.join(codes)}", flush=True)
    return folders


def pictures_of(folder: Path) -> list[Path]:
    """Return the pictures in a folder, sorted."""
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)


def save(name: str, image: U8) -> None:
    """Write docs/images/`name`; JPEG for sheets too large as PNG."""
    path = IMAGES / name
    if path.suffix == ".png":
        path.write_bytes(png(image))
    else:
        cv2.imwrite(str(path), np.ascontiguousarray(image[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 85])
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "demo-out" / "contact", help="where the assets go")
    out = parser.parse_args().out
    IMAGES.mkdir(parents=True, exist_ok=True)
    examples = published(pictures_of(ROOT / "examples"), out / "examples")
    save("examples.png", contact_sheet(examples, size=160))
    turntable = cv2.imread(str(out / "examples" / "chest" / "preview" / "turntable.png"))
    assert turntable is not None
    half = cv2.resize(turntable, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    save("turntable.png", np.asarray(half, np.uint8)[..., ::-1])
    shared = pictures_of(ROOT.parent / "shared" / "images")
    if shared:
        save("contact-sheet.jpg", contact_sheet(published(shared, out / "images"), size=224))


if __name__ == "__main__":
    main()
