"""The table of scores: one row a method, its columns and what they mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.viewset import ViewSet

COLUMNS = {
    "iou": "mean IoU at 128^3 in the view's frame",
    "iou_packs": "the same, unseen packs only",
    "iou_thin": "the same, the fifth of the views with the thinnest objects",
    "silhouette": "IoU of the silhouette",
    "chamfer": "Chamfer distance after the best rotation",
    "f_01": "F-score at 0.1",
    "f_02": "at 0.2",
    "f_05": "at 0.5",
    "normal_consistency": "mean |cosine| of normals at nearest points",
    "up": "mean up-vector error, degrees",
    "up_median": "its median",
    "front": "base colour error of the front, 0..1",
    "back": "of the back",
    "depth": "front and back depth error, parts of the view's side",
    "normal": "front normal error, degrees",
    "seconds": "a picture",
}
BETTER_BELOW = ("chamfer", "up", "up_median", "front", "back", "depth", "normal", "seconds")


def thickness(solid: Tensor) -> Tensor:
    """Return twice volume over surface of solids (n, d, h, w), in voxels: a plate's thickness, a pole's radius."""
    faces = torch.zeros(len(solid))
    for axis in (1, 2, 3):
        size = solid.shape[axis] - 1
        faces = faces + (solid.narrow(axis, 0, size) != solid.narrow(axis, 1, size)).flatten(1).sum(1).cpu()
    return 2 * solid.flatten(1).sum(1).cpu() / faces.clamp_min(1)


def thinnest(views: ViewSet) -> NDArray[np.bool_]:
    """Return which views (n,) are of the thinnest fifth of the objects."""
    values = torch.cat([thickness(views.solid[at : at + 8]) for at in range(0, len(views), 8)]).numpy()
    chosen = np.zeros(len(values), bool)
    chosen[np.argsort(values, kind="stable")[: max(len(values) // 5, 1)]] = True
    return chosen


def summary(name: str, scores: dict[str, Tensor], views: ViewSet, packs: NDArray[np.bool_]) -> dict[str, Any]:
    """Return one row of the table."""
    values = {k: v.float().cpu().numpy() for k, v in scores.items()}
    iou = values["iou"]
    values |= {"iou_packs": iou[packs] if packs.any() else iou, "iou_thin": iou[thinnest(views)]}
    means = {k: float(v.mean()) for k, v in values.items()}
    if "up" in values:
        means["up_median"] = float(np.median(values["up"]))
    return {"name": name, "views": len(iou)} | {k: round(means[k], 4) for k in COLUMNS if k in means}


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print the rows under their columns; the best of each column has a star."""
    widths = {k: max(len(k), 8) + 2 for k in COLUMNS}
    print(f"{rows[0]['views']} views" if rows else "")
    print("".join(f"{k:>{w}}" for k, w in widths.items()) + "  model")
    known = {k: [r[k] for r in rows if k in r] for k in COLUMNS}
    best = {k: (min if k in BETTER_BELOW else max)(values) for k, values in known.items() if values}
    for row in rows:
        cells = [f"{row[k]:.4f}{'*' if row[k] == best[k] else ' '}" if k in row else "" for k in COLUMNS]
        print("".join(f"{c:>{w}}" for c, w in zip(cells, widths.values(), strict=True)) + f"  {row['name']}")
    print("; ".join(f"{k}: {v}" for k, v in COLUMNS.items()))


def write_table(rows: list[dict[str, Any]], out: Path) -> None:
    """Write ``table.json``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "table.json").write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")
