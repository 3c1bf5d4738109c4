"""Scores of models on seeded views of held-out records: ``python -m training.evaluate RECORDS.zip --model M.onnx``.

Volumes are compared at 128^3 in the frustum of the input view, with no alignment of any kind. Chamfer distance, F-score
and normal consistency are those after the best rotation (training/evaluation/align.py). Every model has two rows: its
raw volume, and the mesh that the importer makes of it. The inflated silhouette, the mean shape and the nearest training
neighbour stand beside them.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from importer.records import Prediction
from importer.system.folders import user_cache_folder
from training.corpus import Source, list_records
from training.evaluation import baselines
from training.evaluation.align import score_clouds
from training.evaluation.clouds import mesh_cloud
from training.evaluation.guess import OUTPUTS, Method, guess_clouds, network, other_scores, volume_scores
from training.evaluation.progress import Progress
from training.evaluation.published import Published, corners_of, fill, publish_all
from training.evaluation.table import print_table, summary, write_table
from training.scores import Predict
from training.viewset import ViewSet, load_views

__all__ = ["evaluate", "load_model", "main", "print_table", "unseen_packs", "write_table"]

BATCH = 8
CLOUDS = 32  # views whose surfaces are compared at once
Scores = dict[str, Tensor]


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
    if device.type == "cuda" and session.get_providers()[0] != "CUDAExecutionProvider":
        print(f"{path.name} runs on the CPU: this ONNX Runtime has no CUDA", file=sys.stderr)

    def predict(image: Tensor) -> tuple[Tensor, ...]:
        one = [session.run(list(OUTPUTS), {"image": x[None].cpu().numpy()}) for x in image]
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


def batches(count: int, size: int) -> Iterator[slice]:
    """Yield the slices of `size` rows."""
    for at in range(0, count, size):
        yield slice(at, min(at + size, count))


def joined(parts: list[Scores]) -> Scores:
    """Join scores of several runs of rows."""
    return {k: torch.cat([p[k].cpu() for p in parts]) for k in parts[0]}


def cloud_scores(points: list[Tensor], normals: list[Tensor], views: ViewSet, first: int) -> Scores:
    """Compare clouds of the views from row `first` on with the truth."""
    part = slice(first, first + sum(len(p) for p in points))
    return score_clouds((torch.cat(points), torch.cat(normals)), (views.points[part], views.normals[part]))


def method_scores(name: str, method: Method, views: ViewSet) -> Scores:
    """Return every score of a method, a value each view."""
    parts, clouds = [], []
    progress = Progress(name, len(views))
    for run in batches(len(views), CLOUDS):
        points, normals = [], []
        for at in range(run.start, run.stop, BATCH):
            part = slice(at, min(at + BATCH, run.stop))
            started = time.perf_counter()
            guess = method(part)
            if guess.field.is_cuda:
                torch.cuda.synchronize()
            seconds = (time.perf_counter() - started) / len(guess.field)
            scores = volume_scores(guess.field > 0, views, part) | other_scores(guess, views, part)
            parts.append(scores | {"seconds": torch.full((len(guess.field),), seconds)})
            some = guess_clouds(guess, at)
            points.append(some[0])
            normals.append(some[1])
        clouds.append(cloud_scores(points, normals, views, run.start))
        progress.add(run.stop - run.start)
    return joined(parts) | joined(clouds)


def published_scores(made: Iterable[Published], views: ViewSet) -> Scores:
    """Return the scores of the meshes that the importer makes of a network's outputs, one a view."""
    parts, clouds, points, normals = [], [], [], []
    for row, done in enumerate(made):
        inside, (at, normal) = mesh_truths(done, views, row)
        seconds = torch.tensor([done.seconds])
        parts.append(volume_scores(inside[None], views, slice(row, row + 1)) | {"seconds": seconds})
        points.append(at[None])
        normals.append(normal[None])
        if len(points) == CLOUDS or row == len(views) - 1:
            clouds.append(cloud_scores(points, normals, views, row + 1 - len(points)))
            points, normals = [], []
    return joined(parts) | joined(clouds)


def watched(name: str, some: Iterable[Published], total: int) -> Iterator[Published]:
    """Pass meshes on and say how far they are."""
    progress = Progress(name, total)
    for each in some:
        progress.add()
        yield each


def mesh_truths(done: Published, views: ViewSet, row: int) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Return a published mesh as a volume in its view and as points with normals; empty where there is none."""
    device = views.solid.device
    if done.mesh is None:
        nothing = torch.zeros_like(views.points[row])
        return torch.zeros_like(views.solid[row]), (nothing, nothing)
    corners = torch.from_numpy(corners_of(done.mesh, done.camera)).to(device)
    cloud, _ = mesh_cloud(corners, torch.Generator().manual_seed(row))
    return fill(done.mesh, done.camera, device), (cloud.points, cloud.normals)


def row_names(models: list[Path]) -> list[str]:
    """Return a name for each model: its file's, with its folder where two are alike."""
    stems = [path.stem for path in models]
    return [f"{p.parent.name}/{p.stem}" if stems.count(p.stem) > 1 else p.stem for p in models]


def evaluate(
    records: Path, models: list[Path], views: int = 1, seed: int = 0, limit: int = 0, train: list[Path] | None = None,
    published: bool = False, cache: Path | None = None, sheet: Path | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the table's rows: the inflated silhouette, the baselines from `train` if given, then the models.

    Parameters
    ----------
    records : a zip of records.
    models : ONNX files or ``average.pt`` of runs.
    views, seed, limit : views of each record, their seed, and about how many records, evenly spread (0: all).
    train : zips of training records, for the mean shape and the nearest neighbour.
    published : whether the importer's meshes are scored too, in rows of their own.
    cache : folder for what is made once.
    sheet : folder for a contact sheet of each model's published meshes, ``NAME.png``.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    cache = cache or user_cache_folder() / "evaluation"
    sources = list_records([records])
    sources = sources[:: max(len(sources) // limit, 1)][:limit] if limit else sources
    shown = load_views(sources, views, seed, device, cache)
    packs = np.repeat(unseen_packs(sources), views)
    known = list_records(train) if train else []
    methods = [baselines.inflated_silhouette(shown)]
    if known:
        methods += [make(known, shown, cache) for make in (baselines.mean_shape, baselines.nearest_neighbour)]
    rows = [summary(name, method_scores(name, method, shown), shown, packs) for name, method in methods]
    for name, path in zip(row_names(models), models, strict=True):
        predict = load_model(path, device)
        outputs: list[Prediction] = []
        method = network(predict, shown, outputs if published else None)
        scores = method_scores(name, method, shown)
        rows.append(summary(name, scores, shown, packs))
        if published:
            mesh = f"{name}, published"
            made = list(watched(mesh, publish_all(outputs), len(shown)))
            rows.append(summary(mesh, published_scores(made, shown), shown, packs))
            if sheet:
                from training.evaluation.sheet import write_sheet  # late, as the importer's packages

                picture = sheet / f"{name.replace('/', '-')}.png"
                write_sheet(picture, outputs, made, sources, shown, scores["iou"].tolist())
    return rows


def model_file(name: str) -> Path:
    """Return the file of a network given by its path or by the name under which it is installed."""
    if name.endswith((".onnx", ".pt")):
        return Path(name)
    from importer.reconstruct.models import find

    return find(name)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("records", type=Path, help="a zip of records")
    add(
        "--model", action="append", default=[], help="installed network, ONNX file, or average.pt; repeatable (default)"
    )
    add("--out", type=Path, help="folder for table.json and a contact sheet of each model")
    add("--views", type=int, default=1, help="views of each record")
    add("--seed", type=int, default=0)
    add("--limit", type=int, default=0, help="only about so many records, evenly spread")
    add("--train", type=Path, nargs="*", help="zips for mean shape and nearest neighbour (train-*.zip beside RECORDS)")
    add("--no-published", action="store_true", help="leave out the meshes that the importer makes")
    add("--cache", type=Path, help="folder for what is made once (the user's cache)")
    options = parser.parse_args()
    models = [model_file(name) for name in options.model or ["default"]]
    train = sorted(options.records.parent.glob("train-*.zip")) if options.train is None else options.train
    rows = evaluate(options.records, models, options.views, options.seed, options.limit, train,
                    not options.no_published, options.cache, options.out)  # fmt: skip
    print_table(rows)
    if options.out:
        write_table(rows, options.out)


if __name__ == "__main__":
    main()
