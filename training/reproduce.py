"""The default network from the corpus in one command: ``python -m training.reproduce CORPUS --out DIR --minutes M``.

Renders, makes solids, trains on all GPUs for `M` minutes (a second call goes on from the checkpoint if the budget is
raised), chooses how volume and depth maps are blended, exports ``default.onnx`` and scores it in ``table.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any


def commit() -> str:
    """Return the commit of the working tree, or "unknown"."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent)
    return done.stdout.strip() or "unknown"


def finish(corpus: Path, out: Path, seed: int, machine: str, limit: int = 0, start: str = "") -> list[dict[str, Any]]:
    """Export the run in `out` and score it: ``default.onnx``, ``table.json``; returns the table's rows.

    The minutes and steps of the network that it went on from, `start`, count too.
    """
    import torch

    from training.blend import Shipped, choose
    from training.corpus import list_records
    from training.evaluate import evaluate, unseen_packs, write_table
    from training.export import export, load_average
    from training.viewset import evaluation_views
    from training.warm_start import provenance_of

    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    records = sorted(corpus.glob("val-*.zip"))[0]
    sources = list_records([records])
    seen = [s for s, unseen in zip(sources, unseen_packs(sources), strict=True) if not unseen] or sources
    network = load_average(out / "average.pt").to(device)
    blend, score = choose(network, evaluation_views(seen[:limit] if limit else seen, 1, seed + 1, device))
    last = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()][-1]
    before = provenance_of(Path(start)) if start else {}
    minutes = last["minutes"] * max(torch.cuda.device_count(), 1) + before.get("gpu_minutes", 0)
    provenance = {
        "data": "3D models under CC0 or in the public domain, and procedural shapes (training/README.md)",
        "data_license": "CC0-1.0 and public domain", "seed": seed, "machine": machine,
        "gpu_minutes": round(minutes, 1), "steps": last["step"] + before.get("steps", 0), "blend": asdict(blend),
        "iou_held_out_seen_packs": round(score, 4), "commit": commit(),
    }  # fmt: skip
    shipped = Shipped(network.cpu(), blend)
    export(shipped, out / "default.onnx", provenance)
    rows = evaluate(records, [out / "default.onnx"], seed=seed, limit=limit)
    scores = {"iou": rows[1]["iou"], "iou_packs": rows[1]["iou_packs"], "iou_inflated_silhouette": rows[0]["iou"]}
    export(shipped, out / "default.onnx", {**provenance, "scores": scores})
    write_table(rows, out)
    return rows


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="folder with train-*.zip, val-*.zip and manifest.csv")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, default.onnx and table.json")
    parser.add_argument("--minutes", type=float, required=True, help="wall-clock budget of rendering and training")
    parser.add_argument("--batch", type=int, default=48, help="views a step and GPU")
    parser.add_argument("--rounds", type=int, default=2, help="times 16 views of each object")
    parser.add_argument("--generated", type=int, default=5000, help="procedural and varied shapes, 16 views of each")
    parser.add_argument("--workers", type=int, default=15, help="render processes a GPU")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", default="", help="ONNX file of a shipped network whose weights to go on from")
    parser.add_argument("--limit", type=int, default=0, help="only so many objects, to try it out")
    parser.add_argument("--tiny", action="store_true", help="a tiny network, to try it out")
    parser.add_argument("--machine", default="", help="a note for the model's provenance")
    options = parser.parse_args()
    # Render processes import this module again and have no use for torch.
    from training.evaluate import print_table
    from training.train import Settings, train

    settings = Settings(
        str(options.corpus), str(options.out), options.minutes, options.batch, rounds=options.rounds,
        generated=options.generated, workers=options.workers, seed=options.seed, tiny=options.tiny, limit=options.limit,
        start=options.start,
    )  # fmt: skip
    train(settings)
    print_table(finish(options.corpus, options.out, options.seed, options.machine, options.limit, options.start))


if __name__ == "__main__":
    main()
