"""The resident data of one GPU: rendered views, solid volumes and colour grids as bytes, and batches of them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training.corpus import Source, read_shapes
from training.scenes import Variety
from training.solid import solids
from training.targets import sample_color, sample_occupancy
from training.workers import CHUNK, LAYOUT, Task, render_parallel

FACTS = {"parts": ((2,), torch.int64), "to_cube": ((2, 3, 4), torch.float32), "camera": ((2,), torch.float32),
         "upright": ((), torch.float32), "recolor": ((3, 4), torch.float32)}  # fmt: skip


@dataclass(frozen=True)
class Pool:
    """``views``: arrays of `training.workers.LAYOUT` and `describe`, a row each; ``bits``, ``colors``: the shapes."""

    views: dict[str, Tensor]
    bits: Tensor
    colors: Tensor

    def __len__(self) -> int:
        return len(self.views["image"])


@dataclass(frozen=True)
class Batch:
    """Raw bytes of b views and their targets; see `training.workers.LAYOUT` and `training.targets`."""

    views: dict[str, Tensor]
    occupancy: Tensor  # (b, 128, 128, 128) uint8, 0..8
    color: Tensor  # (b, 4, 32, 64, 64) uint8


def fill_pool(sources: list[Source], rounds: list[int], workers: int, seed: int, gpu: int, device: torch.device,
              variety: Variety, size: int = 256, meanwhile: Callable[[Pool], None] | None = None) -> Pool:  # fmt: skip
    """Render as many chunks of views of every shape as `rounds` says and make the solids meanwhile, all on `device`.

    `meanwhile` is called with the pool while views are still missing, when the solids are there.
    """
    workers = min(workers, len(sources))
    tasks = [Task(sources, list(range(i, len(sources), workers)), rounds, seed, gpu, variety) for i in range(workers)]
    count = sum(rounds) * CHUNK
    views = {
        k: torch.empty((count, *s), dtype=torch.from_numpy(np.empty(0, t)).dtype, device=device)
        for k, (s, t) in LAYOUT.items()
    }
    views |= {k: torch.empty((count, *s), dtype=t, device=device) for k, (s, t) in FACTS.items()}
    failures: list[BaseException] = []

    def ingest() -> None:
        try:
            if device.type == "cuda":  # beside the main thread's kernels, not behind them
                torch.cuda.set_stream(torch.cuda.Stream(device))
            for i, (pictures, facts) in enumerate(render_parallel(tasks)):
                for name, array in {**pictures, **facts}.items():
                    views[name][i * CHUNK : (i + 1) * CHUNK].copy_(torch.from_numpy(array))
        except BaseException as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)  # both threads launch many short kernels
    thread = threading.Thread(target=ingest)
    thread.start()
    bits = torch.empty(len(sources), size, size, size // 8, dtype=torch.uint8, device=device)
    colors = torch.empty(len(sources), 4, size // 4, size // 4, size // 4, dtype=torch.uint8, device=device)
    step = 24 if device.type == "cuda" else 2
    shapes = read_shapes(sources)
    for at in range(0, len(sources), step):
        some = [next(shapes) for _ in range(min(step, len(sources) - at))]
        bits[at : at + step], colors[at : at + step] = solids(some, device, size)
    pool = Pool(views, bits, colors)
    if meanwhile:
        meanwhile(pool)
    thread.join()
    sys.setswitchinterval(interval)
    if failures:
        raise failures[0]
    return pool


class Sampler:
    """Draws batches; on CUDA the sampling of volumes is compiled into one kernel each."""

    def __init__(self, pool: Pool, seed: int, parts: int = 2) -> None:
        self.pool, self.parts = pool, parts
        device = pool.bits.device
        self.generator = torch.Generator(device).manual_seed(seed)
        compiled = torch.compile if device.type == "cuda" else (lambda f, **_: f)
        self.occupancy = compiled(sample_occupancy, dynamic=False)
        self.color = compiled(sample_color, dynamic=False)

    def draw(self, size: int) -> Batch:
        """Draw `size` random views, half of them mirrored left to right with all their targets."""
        device = self.pool.bits.device
        rows = torch.randint(len(self.pool), (size,), generator=self.generator, device=device)
        flip = torch.rand(size, generator=self.generator, device=device) < 0.5
        return self.take(rows, flip)

    def take(self, rows: Tensor, flip: Tensor) -> Batch:
        """Return the views `rows` (b,), mirrored where `flip` (b,) says so."""
        return self.with_targets(mirror({k: v[rows] for k, v in self.pool.views.items()}, flip))

    def with_targets(self, views: dict[str, Tensor]) -> Batch:
        """Return views with their volumes."""
        used = slice(0, self.parts)
        where = views["parts"][:, used], views["to_cube"][:, used], views["camera"][:, 1].contiguous()
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
    out["to_cube"][..., 0] *= sign[:, None, None]
    return out
