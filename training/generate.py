"""Shapes that are not in the corpus: procedural ones and corpus shapes varied, written to files by many processes."""

from __future__ import annotations

import multiprocessing as mp
from functools import partial
from pathlib import Path

import numpy as np

from training.corpus import Source, read_shapes, save

VARIED = 0.25  # part of the generated shapes that are corpus shapes with other proportions, parts and colours


def write_shape(seed: int, folder: Path, corpus: list[Source]) -> Source:
    """Generate the shape of `seed` and write it to `folder`."""
    from training.procedural import make, vary

    rng = np.random.default_rng([seed, 17])
    if rng.random() < VARIED:
        first, second = (next(read_shapes([corpus[i]])) for i in rng.integers(len(corpus), size=2))
        shape = vary(first, second, seed)
    else:
        shape = make(seed)
    save(shape, folder / f"{seed}.npz")
    return Source(folder, f"{seed}.npz")


def generate(folder: Path, seeds: list[int], corpus: list[Source], workers: int) -> list[Source]:
    """Write a shape for each seed and return where they lie, in the order of the seeds."""
    folder.mkdir(parents=True, exist_ok=True)
    with mp.get_context("spawn").Pool(min(workers, len(seeds))) as pool:
        return pool.map(partial(write_shape, folder=folder, corpus=corpus), seeds, chunksize=8)
