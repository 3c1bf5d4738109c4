"""Mask IoU of the shipped background network beside the guess: ``python -m training.matting.compare CORPUS``.

On seeded renders of held-out records over procedural backgrounds; ``--out`` writes a sheet of picture, truth, network,
what is made of it by the colours, and guess.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch

from importer.matte import shipped
from importer.matte.guess import grown_mask, guess_mask
from importer.preview.sheet import grid, png
from importer.records import U8
from training.matting.loop import held_out

CUTS = {
    "network": lambda rgb: shipped.shipped_alpha(rgb) > 0.5,
    "used": lambda rgb: grown_mask(rgb, shipped.shipped_alpha(rgb)),
    "guess": guess_mask,
}
_TILE = 160


def compare(corpus: Path, count: int, out: Path | None) -> dict[str, float]:
    """Return mean and median IoU and seconds of network and guess on `count` pictures."""
    pictures, alphas = held_out(corpus, count, torch.device("cpu"))
    rows = {name: [] for name in CUTS}
    seconds = dict.fromkeys(rows, 0.0)
    tiles: list[U8] = []
    for picture, alpha in zip(pictures[:count], alphas[:count], strict=False):
        rgb = np.ascontiguousarray((picture.permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8))
        true = alpha[0].numpy() > 0.5
        tiles += [shrunk(rgb), shrunk(as_grey(true))]
        for name, cut in CUTS.items():
            began = time.perf_counter()
            found = cut(rgb)
            seconds[name] += time.perf_counter() - began
            rows[name].append(float((found & true).sum() / max((found | true).sum(), 1)))
            tiles.append(shrunk(as_grey(found)))
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "matting.png").write_bytes(png(grid(tiles, 10)))
    result: dict[str, float] = {"pictures": len(rows["guess"])}
    for name, values in rows.items():
        result |= {f"{name}_iou": float(np.mean(values)), f"{name}_iou_median": float(np.median(values)),
                   f"{name}_over_080": float((np.array(values) > 0.8).mean()),
                   f"{name}_seconds": seconds[name] / len(values)}  # fmt: skip
    return {k: round(v, 4) for k, v in result.items()}


def as_grey(mask: np.ndarray) -> U8:
    """Return a mask (h, w) as a picture (h, w, 3)."""
    return np.repeat(mask[..., None], 3, 2).astype(np.uint8) * 255


def shrunk(picture: U8) -> U8:
    """Return every second pixel."""
    return np.ascontiguousarray(picture[:: picture.shape[0] // _TILE, :: picture.shape[1] // _TILE])


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="folder with val-*.zip")
    parser.add_argument("--count", type=int, default=64, help="pictures")
    parser.add_argument("--out", type=Path, help="folder for matting.png")
    options = parser.parse_args()
    print(json.dumps(compare(options.corpus, options.count, options.out), indent=1))


if __name__ == "__main__":
    main()
