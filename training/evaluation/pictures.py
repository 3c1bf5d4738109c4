"""Small pictures of many records, drawn in several processes; no torch here, which each of them would load."""

from __future__ import annotations

import itertools
import multiprocessing as mp
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from numpy.typing import NDArray

from training.corpus import Source, read_shapes
from training.evaluation.progress import Progress
from training.renderer import BATCH, Renderer
from training.scenes import PLAIN, make_scene, support_points

SMALL = 32  # side of a small picture

_renderers: list[Renderer] = []
_keys = itertools.count()  # no two records of a process share one


def draw_pictures(sources: list[Source], views: int) -> NDArray[np.uint8]:
    """Return the first `views` plain views of each record, shrunk: (n, views, 32, 32, 4), premultiplied."""
    runs = [(sources[at : at + 64], views) for at in range(0, len(sources), 64)]
    workers = min(max((os.cpu_count() or 2) - 1, 1), 15, len(runs))
    progress = Progress("pictures for the nearest neighbour", len(sources), "records")
    found = []
    with ProcessPoolExecutor(workers, mp.get_context("spawn")) as pool:
        for some in pool.map(draw_run, runs):
            found.append(some)
            progress.add(len(some))
    return np.concatenate(found)


def draw_run(run: tuple[list[Source], int]) -> NDArray[np.uint8]:
    """Draw one run of records, in a worker."""
    if not _renderers:  # one OpenGL context for all the runs of a process
        _renderers.append(Renderer())
    return np.concatenate(list(small_views(_renderers[0], *run)))


def small_views(gl: Renderer, sources: list[Source], views: int) -> Iterator[NDArray[np.uint8]]:
    """Yield the shrunk views (n, views, 32, 32, 4) of a few records at a time."""
    shapes = read_shapes(sources)
    together = max(BATCH // views, 1)
    for at in range(0, len(sources), together):
        scenes = []
        some = sources[at : at + together]
        for source, shape in zip(some, shapes, strict=False):
            key = next(_keys)
            rng = np.random.default_rng([0, *source.name.encode()])
            support = support_points(shape.vertices).astype(np.float64)
            scenes += [make_scene(rng, key, support, PLAIN) for _ in range(views)]
            gl.load(key, shape, keep=together)
        image = gl.render(scenes).image
        n, side = len(image), image.shape[1]
        small = image.reshape(n, SMALL, side // SMALL, SMALL, side // SMALL, 4).mean((2, 4))
        yield np.rint(small).astype(np.uint8).reshape(len(some), views, SMALL, SMALL, 4)
