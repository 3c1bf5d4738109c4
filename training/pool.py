"""The resident data of one GPU: rendered views, solid volumes and colour grids as bytes, and batches of them."""

from __future__ import annotations

import multiprocessing as mp
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.corpus import Source, read_shapes
from training.scenes import Variety
from training.solid import solids
from training.targets import sample_color, sample_occupancy
from training.workers import CHUNK, LAYOUT, Task, render_parallel

FACTS = {"shape": ((), torch.int64), "to_cube": ((3, 4), torch.float32), "camera": ((2,), torch.float32),
         "upright": ((), torch.float32), "recolor": ((3, 4), torch.float32)}  # fmt: skip

AT_ONCE = 8  # solids that a process makes together
SOLID_MAKERS = 12  # processes a GPU: floods are theirs, surfaces and crossings the GPU's


@dataclass
class Pool:
    """``views``: arrays of `training.workers.LAYOUT` and `describe`, a row each; ``bits``, ``colors``: the shapes.

    ``drawn`` rows are there; a thread may add to them. ``failure`` is what ended it early.
    """

    views: dict[str, Tensor]
    bits: Tensor
    colors: Tensor
    drawn: int
    failure: BaseException | None = None

    def __len__(self) -> int:
        return self.drawn

    def check(self) -> None:
        """Raise what ended the drawing, if anything did."""
        if self.failure:
            raise RuntimeError("the views cannot be drawn") from self.failure


@dataclass(frozen=True)
class Batch:
    """Raw bytes of b views and their targets; see `training.workers.LAYOUT` and `training.targets`."""

    views: dict[str, Tensor]
    occupancy: Tensor  # (b, 128, 128, 128) uint8, 0..8
    color: Tensor  # (b, 4, 32, 64, 64) uint8


def fill_pool(sources: list[Source], rounds: list[int], workers: int, seed: int, gpu: int, device: torch.device,
              variety: Variety, meanwhile: Callable[[Pool], None], size: int = 256) -> Pool:  # fmt: skip
    """Return a pool with the solids of all shapes, to which a thread adds views: of every shape `rounds` chunks.

    `meanwhile` gets the pool while processes make its solids and draw its first views.
    """
    workers = min(workers, len(sources))
    tasks = [Task(sources, list(range(i, len(sources), workers)), rounds, seed, gpu, variety) for i in range(workers)]
    count = sum(rounds) * CHUNK
    views = {
        k: torch.empty((count, *s), dtype=torch.from_numpy(np.empty(0, t)).dtype, device=device)
        for k, (s, t) in LAYOUT.items()
    }
    views |= {k: torch.empty((count, *s), dtype=t, device=device) for k, (s, t) in FACTS.items()}
    bits = torch.empty(len(sources), size, size, size // 8, dtype=torch.uint8, device=device)
    colors = torch.empty(len(sources), 4, size // 4, size // 4, size // 4, dtype=torch.uint8, device=device)
    pool = Pool(views, bits, colors, 0)
    threading.Thread(target=draw_views, args=(pool, tasks), daemon=True).start()
    made = make_solids(sources, device, size)
    meanwhile(pool)
    for rows, (volumes, tints) in made:
        bits[rows], colors[rows] = torch.from_numpy(volumes).to(device), torch.from_numpy(tints).to(device)
    return pool


def make_solids(
    sources: list[Source], device: torch.device, size: int
) -> Iterator[tuple[slice, tuple[NDArray[np.uint8], NDArray[np.uint8]]]]:
    """Return solids and colour grids of some rows at a time; on a GPU processes begin with them at once."""
    step = AT_ONCE if device.type == "cuda" else 2
    parts = [slice(at, min(at + step, len(sources))) for at in range(0, len(sources), step)]
    job, work = partial(solid_arrays, device=str(device), size=size), [sources[part] for part in parts]
    if device.type == "cpu":
        return zip(parts, map(job, work), strict=True)
    makers = ProcessPoolExecutor(SOLID_MAKERS, mp.get_context("spawn"))
    results = makers.map(job, work)
    makers.shutdown(wait=False)  # no more work will come
    return zip(parts, results, strict=True)


def solid_arrays(sources: list[Source], device: str, size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return packed solids and colour grids of `training.solid.solids` for some records."""
    volumes, tints = (x.cpu().numpy() for x in solids(list(read_shapes(sources)), torch.device(device), size))
    torch.cuda.empty_cache()  # each maker kept up to 6 GB of the GPU, which the network then lacked
    return volumes, tints


def draw_views(pool: Pool, tasks: list[Task]) -> None:
    """Run in a thread: add the tasks' views to `pool` as they come."""
    try:
        if pool.bits.is_cuda:  # beside the main thread's kernels, not behind them
            torch.cuda.set_stream(torch.cuda.Stream(pool.bits.device))
        for pictures, facts in render_parallel(tasks):
            rows = slice(pool.drawn, pool.drawn + CHUNK)
            for name, array in {**pictures, **facts}.items():
                pool.views[name][rows].copy_(torch.from_numpy(array))
            if pool.bits.is_cuda:
                torch.cuda.current_stream().synchronize()
            pool.drawn = rows.stop
    except BaseException as error:
        pool.failure = error


class Sampler:
    """Draws batches; on CUDA the sampling of volumes is compiled into one kernel each."""

    def __init__(self, pool: Pool, seed: int) -> None:
        self.pool = pool
        device = pool.bits.device
        self.generator = torch.Generator(device).manual_seed(seed)
        compiled = torch.compile if device.type == "cuda" else (lambda f, **_: f)
        self.occupancy = compiled(sample_occupancy, dynamic=False)
        self.color = compiled(sample_color, dynamic=False)

    def draw(self, size: int) -> Batch:
        """Draw `size` random views, half of them mirrored left to right with all their targets."""
        self.pool.check()
        device = self.pool.bits.device
        rows = torch.randint(len(self.pool), (size,), generator=self.generator, device=device)
        flip = torch.rand(size, generator=self.generator, device=device) < 0.5
        return self.take(rows, flip)

    def take(self, rows: Tensor, flip: Tensor) -> Batch:
        """Return the views `rows` (b,), mirrored where `flip` (b,) says so."""
        return self.with_targets(mirror({k: v[rows] for k, v in self.pool.views.items()}, flip))

    def with_targets(self, views: dict[str, Tensor]) -> Batch:
        """Return views with their volumes."""
        where = views["shape"], views["to_cube"], views["camera"][:, 1].contiguous()
        return Batch(views, self.occupancy(self.pool.bits, *where), self.color(self.pool.colors, *where))


def mirror(views: dict[str, Tensor], flip: Tensor) -> dict[str, Tensor]:
    """Mirror views left to right where `flip` (b,) bool says so; volumes follow because camera x changes its sign."""
    out = dict(views)
    for name in LAYOUT:
        axis = 3 if name == "depth" else 2
        where = flip.view(-1, *[1] * (views[name].ndim - 1))
        out[name] = torch.where(where, views[name].flip(axis), views[name])
    for name in ("front", "back"):
        normal = out[name].clone()
        x = normal[..., 0].to(torch.int16)
        mirrored = torch.where(normal[..., 3] > 0, (256 - x).clamp(0, 255), x).to(torch.uint8)
        normal[..., 0] = torch.where(flip[:, None, None], mirrored, normal[..., 0])
        out[name] = normal
    sign = torch.where(flip, -1.0, 1.0)
    out["to_cube"] = views["to_cube"].clone()
    out["to_cube"][..., 0] *= sign[:, None]
    return out
