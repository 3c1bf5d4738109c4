"""Seeded evaluation views of records, one or more each, with their solids: the same on every machine."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training import corpus, flood, renderer, scenes, shaders, solid, targets, winding
from training.corpus import Shape, Source, read_shapes
from training.evaluation import clouds
from training.evaluation.clouds import record_cloud
from training.evaluation.progress import Progress
from training.pool import Pool
from training.renderer import Renderer
from training.scenes import DEPTH_RANGE, PLAIN, Scene, make_scene, support_points
from training.scores import truth
from training.solid import solids
from training.workers import describe

AT_ONCE = 16  # solids made together
MAKERS = (
    corpus,
    renderer,
    scenes,
    shaders,
    solid,
    flood,
    winding,
    targets,
    clouds,
)  # a change there makes kept views stale


@dataclass(frozen=True)
class ViewSet:
    """Evaluation views and what is true of them, a row each.

    ``views``: as `training.pool.Pool`; ``solid`` (n, 128, 128, 128) bool; ``back`` (n, 128, 128, 3) float32: base
    colour of the farthest surface; ``points``, ``normals`` (n, 10000, 3) float32: the outside, in camera axes.
    """

    views: dict[str, Tensor]
    solid: Tensor
    back: Tensor
    points: Tensor
    normals: Tensor

    def __len__(self) -> int:
        return len(self.solid)

    @property
    def mask(self) -> Tensor:
        """Where there is an object (n, 128, 128) bool."""
        return self.views["front"][..., 3] > 127


def evaluation_views(sources: list[Source], views: int, seed: int, device: torch.device) -> Pool:
    """Render `views` plain views of each record and make its solid; the views of a record follow one another."""
    return render_views(sources, lambda key, shape: plain_scenes(sources[key], seed, key, shape, views), device)


def plain_scenes(source: Source, seed: int, key: int, shape: Shape, count: int) -> list[Scene]:
    """Return `count` plain views of a record, the same wherever they are asked for; `key` is what they call it."""
    rng = np.random.default_rng([seed, *source.name.encode()])
    support = support_points(shape.vertices).astype(np.float64)
    return [make_scene(rng, key, support, PLAIN) for _ in range(count)]


def render_views(
    sources: list[Source], draw: Callable[[int, Shape], list[Scene]], device: torch.device,
    visit: Callable[[Shape, Tensor, NDArray[np.float32]], None] = lambda shape, bits, to_cube: None,
) -> Pool:  # fmt: skip
    """Render the scenes that `draw` makes of each record, and make its solid.

    `visit` gets each record with its packed solid and its views' maps (v, 3, 4) to the unit cube, in order.
    """
    gl = Renderer()
    columns: dict[str, list[np.ndarray]] = {}
    bits, colors = [], []
    waiting: list[tuple[Shape, NDArray[np.float32]]] = []
    for key, shape in enumerate(read_shapes(sources)):
        drawn = draw(key, shape)
        gl.load(key, shape)
        facts = describe(drawn)
        for name, array in {**gl.render(drawn).__dict__, **facts}.items():
            columns.setdefault(name, []).append(array)
        waiting.append((shape, facts["to_cube"]))
        if len(waiting) == AT_ONCE or key == len(sources) - 1:
            volume, color = solids([s for s, _ in waiting], device)
            bits.append(volume)
            colors.append(color)
            for (each, to_cube), packed in zip(waiting, volume, strict=True):
                visit(each, packed, to_cube)
            waiting.clear()
    arrays = {k: torch.from_numpy(np.concatenate(v)).to(device) for k, v in columns.items()}
    return Pool(arrays, torch.cat(bits), torch.cat(colors), len(arrays["image"]))


def back_colors(drawn: Pool) -> Tensor:
    """Return the base colour (n, 128, 128, 3) of the farthest surface of each pixel, from the colour grids."""
    views = drawn.views
    size, grid = views["depth"].shape[-1], drawn.colors.shape[2]
    at = (torch.arange(size, device=drawn.colors.device) + 0.5) / size
    half = views["camera"][:, 1, None, None]
    depth = 0.5 / half + DEPTH_RANGE * views["depth"][:, 1].float() / 32767
    local = torch.stack([(at - 0.5) * 2 * depth * half, (0.5 - at[:, None]) * 2 * depth * half, -depth], -1)
    m = views["to_cube"]
    place = torch.einsum("nij,nyxj->nyxi", m[..., :3], local) + m[:, None, None, :, 3]
    x, y, z = (place * grid).long().clamp_(0, grid - 1).unbind(-1)
    row = views["shape"][:, None, None].expand_as(x)
    return drawn.colors[row, :3, x, y, z].float() / 255


def load_views(sources: list[Source], views: int, seed: int, device: torch.device, cache: Path) -> ViewSet:
    """Return the views of `sources` with their truth, made once and kept in the folder `cache`."""
    path = cache / f"views-{fingerprint(sources, views, seed)}.npz"
    if path.exists():
        with np.load(path) as file:
            arrays = {k: torch.from_numpy(file[k]).to(device) for k in file.files}
    else:
        arrays = make_views(sources, views, seed, device)
        write_arrays(path, {k: v.cpu().numpy() for k, v in arrays.items()})
    solid = unpack(arrays.pop("solid"))
    points, normals, back = (arrays.pop(k).float() for k in ("points", "normals", "back_color"))
    return ViewSet(arrays, solid, back / 255, points, normals)


def make_views(sources: list[Source], views: int, seed: int, device: torch.device) -> dict[str, Tensor]:
    """Render the views and return all arrays of a `ViewSet`, in small types."""
    points, normals = [], []
    progress = Progress("views and solids", len(sources), "records")

    def visit(shape: Shape, bits: Tensor, to_cube: NDArray[np.float32]) -> None:
        for one in to_cube:
            cloud = record_cloud(shape, bits, one, torch.Generator().manual_seed(len(points)))
            points.append(cloud.points)
            normals.append(cloud.normals.half())
        progress.add()

    made = render_views(sources, lambda key, shape: plain_scenes(sources[key], seed, key, shape, views), device, visit)
    packed = [pack(truth(part)) for part in batches(made, 8)]
    return {
        **made.views, "solid": torch.cat(packed), "points": torch.stack(points), "normals": torch.stack(normals),
        "back_color": (back_colors(made) * 255).round().to(torch.uint8),
    }  # fmt: skip


def batches(whole: Pool, size: int) -> Iterator[Pool]:
    """Yield the pool's views in runs of `size`, with all of its solids."""
    for at in range(0, len(whole), size):
        views = {k: v[at : at + size] for k, v in whole.views.items()}
        yield Pool(views, whole.bits, whole.colors, len(views["image"]))


def pack(solid: Tensor) -> Tensor:
    """Pack bool (..., n) eight to a byte, lowest bit first."""
    scale = torch.tensor([1, 2, 4, 8, 16, 32, 64, 128], dtype=torch.uint8, device=solid.device)
    return (solid.unflatten(-1, (-1, 8)).to(torch.uint8) * scale).sum(-1, dtype=torch.uint8)


def unpack(packed: Tensor) -> Tensor:
    """Undo `pack`."""
    shift = torch.arange(8, dtype=torch.uint8, device=packed.device)
    return ((packed[..., None] >> shift) & 1).bool().flatten(-2)


def fingerprint(sources: list[Source], *settings: object) -> str:
    """Return a hash of records, by their archives' bytes and their names, of settings, and of the code that draws."""
    digest = hashlib.sha256(repr(settings).encode())
    for module in MAKERS:
        digest.update(Path(str(module.__file__)).read_bytes())
    for archive in sorted({s.archive for s in sources if s.archive.is_file()}):
        with archive.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    digest.update("\n".join(s.name for s in sources).encode())
    return digest.hexdigest()[:20]


def write_arrays(path: Path, arrays: dict[str, NDArray]) -> None:
    """Write an npz file that appears whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    os.replace(part, path)
