"""Pictures of the corpus with alpha, drawn in several processes and nothing else read back; no torch in these."""

from __future__ import annotations

import itertools
import multiprocessing as mp
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.corpus import Source, read_shapes
from training.renderer import BATCH, Renderer
from training.scenes import Variety, make_scene, support_points

_RUN = 8  # records a task

_renderers: list[Renderer] = []
_keys = itertools.count()  # no two records of a process share one


@dataclass(frozen=True)
class Task:
    """`views` pictures of each of `sources`."""

    sources: list[Source]
    views: int
    seed: int
    variety: Variety


def draw(sources: list[Source], views: int, seed: int, variety: Variety) -> Iterator[NDArray[np.uint8]]:
    """Yield pictures (n, 256, 256, 4), premultiplied, of a few records at a time, in the order of a seeded shuffle."""
    order = np.random.default_rng(seed).permutation(len(sources)).tolist()
    tasks = [
        Task([sources[k] for k in order[at : at + _RUN]], views, seed, variety) for at in range(0, len(order), _RUN)
    ]
    workers = min(max((os.cpu_count() or 2) - 1, 1), 15, len(tasks))
    with ProcessPoolExecutor(workers, mp.get_context("spawn")) as pool:
        yield from pool.map(run, tasks)


def run(task: Task) -> NDArray[np.uint8]:
    """Draw one task, in a worker."""
    if not _renderers:  # one OpenGL context for all the tasks of a process
        _renderers.append(Renderer())
    gl = _renderers[0]
    found = []
    for source, shape in zip(task.sources, read_shapes(task.sources), strict=True):
        key = next(_keys)
        rng = np.random.default_rng([task.seed, *source.name.encode()])
        support = support_points(shape.vertices).astype(np.float64)
        gl.load(key, shape)
        scenes = [make_scene(rng, key, support, task.variety) for _ in range(task.views)]
        found += [gl.pictures(scenes[at : at + BATCH]) for at in range(0, len(scenes), BATCH)]
    return np.concatenate(found)
