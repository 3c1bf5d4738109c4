"""Scores of models on seeded views of held-out records: ``python -m training.evaluate RECORDS.zip --model M.onnx
--out DIR``.

Volumes are compared at 128^3 in the frustum of the input view, with no alignment of any kind. The table's first row
is the inflated silhouette with the thickness that is best for it on these very views.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.corpus import Source, list_records
from training.scores import THICKNESS, Predict, network_scores, silhouette_scores, truth
from training.viewset import evaluation_views

COLUMNS = ("iou", "iou_packs", "depth", "normal", "albedo", "elevation")
MEANING = {
    "iou": "mean IoU at 128^3",
    "iou_packs": "the same, unseen packs only",
    "depth": "front and back depth error, parts of the view's side",
    "normal": "front normal error, degrees",
    "albedo": "base colour error, 0..1",
    "elevation": "camera elevation error, degrees",
}


def load_model(path: Path, device: torch.device) -> Predict:
    """Return a function from images (b, 4, 256, 256) to the contract's outputs: of an ONNX file or ``average.pt``."""
    if path.suffix == ".pt":
        from training.export import load_average

        network = load_average(path).to(device)
        return torch.no_grad()(network)
    import onnxruntime

    providers = ["CPUExecutionProvider"]
    if device.type == "cuda" and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        onnxruntime.preload_dlls()
        providers.insert(0, "CUDAExecutionProvider")
    session = onnxruntime.InferenceSession(str(path), providers=providers)

    def predict(image: Tensor) -> tuple[Tensor, ...]:
        one = [session.run(None, {"image": x[None].cpu().numpy()}) for x in image]
        return tuple(torch.from_numpy(np.concatenate(parts)).to(image.device) for parts in zip(*one, strict=True))

    return predict


def unseen_packs(sources: list[Source]) -> NDArray[np.bool_]:
    """Return which records come from packs that training never saw, by the zip's ``manifest.csv``; all without one."""
    manifest = sources[0].archive.parent / "manifest.csv"
    if not manifest.exists():
        return np.ones(len(sources), bool)
    with manifest.open(newline="", encoding="utf-8") as file:
        kinds = {row["id"]: row["val_kind"] for row in csv.DictReader(file)}
    return np.array([kinds.get(Path(s.name).stem, "pack") == "pack" for s in sources])


def summary(name: str, scores: dict[str, NDArray], packs: NDArray[np.bool_]) -> dict[str, Any]:
    """Return one row of the table."""
    row: dict[str, Any] = {"name": name, "views": len(packs)}
    means = {**scores, "iou_packs": scores["iou"][packs] if packs.any() else scores["iou"]}
    return row | {k: round(float(means[k].mean()), 4) for k in COLUMNS if k in means}


def evaluate(records: Path, models: list[Path], views: int = 1, seed: int = 0, limit: int = 0) -> list[dict[str, Any]]:
    """Return the table's rows: the inflated silhouette, then each model."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    sources = list_records([records])
    sources = sources[:: max(len(sources) // limit, 1)][:limit] if limit else sources
    pool = evaluation_views(sources, views, seed, device)
    packs = np.repeat(unseen_packs(sources), views)
    solid = truth(pool)
    silhouette = silhouette_scores(pool, solid)
    best = int(silhouette.mean(0).argmax())
    rows = [summary(f"inflated silhouette, thickness {THICKNESS[best]}", {"iou": silhouette[:, best]}, packs)]
    for path in models:
        rows.append(summary(path.stem, network_scores(load_model(path, device), pool, solid), packs))
    return rows


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print the rows under their columns."""
    print("".join(f"{c:>12}" for c in ("views", *COLUMNS)) + "  model")
    for row in rows:
        print("".join(f"{row.get(c, '')!s:>12}" for c in ("views", *COLUMNS)) + f"  {row['name']}")
    print("; ".join(f"{k}: {v}" for k, v in MEANING.items()))


def write_table(rows: list[dict[str, Any]], out: Path) -> None:
    """Write ``table.json``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "table.json").write_text(json.dumps({"rows": rows}, indent=1) + "\n")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path, help="a zip of records")
    parser.add_argument(
        "--model", type=Path, action="append", default=[], help="ONNX file, or average.pt of a run; repeatable"
    )
    parser.add_argument("--out", type=Path, help="folder for table.json")
    parser.add_argument("--views", type=int, default=1, help="views of each record")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, default=0, help="only about so many records, evenly spread")
    options = parser.parse_args()
    rows = evaluate(options.records, options.model, options.views, options.seed, options.limit)
    print_table(rows)
    if options.out:
        write_table(rows, options.out)


if __name__ == "__main__":
    main()
