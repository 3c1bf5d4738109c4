"""The mesh that the importer makes of a network's outputs, as it is before placing: surface, then repair."""

from __future__ import annotations

import multiprocessing as mp
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from importer.errors import ImporterError
from importer.reconstruct.frustum import orbit_camera, world_to_frustum
from importer.records import Camera, Mesh, Prediction, View
from training.scenes import DEPTH_RANGE


@dataclass(frozen=True)
class Published:
    """A mesh, None where the importer refuses to make one, its camera, and the seconds of its stages."""

    mesh: Mesh | None
    camera: Camera
    seconds: float


def predictions(outputs: tuple[Tensor, ...], images: Tensor) -> Iterator[Prediction]:
    """Yield the importer's record of each of a batch of outputs; `images` (b, s, s, 4) uint8 is premultiplied."""
    names = ("logits", "color", "depth", "normal", "albedo")
    arrays = {k: v.float().clamp(-20, 20).half().cpu().numpy() for k, v in zip(names, outputs[:5], strict=True)}
    for i, image in enumerate(images.cpu().numpy()):
        alpha = image[..., 3:].astype(np.float32)
        rgb = np.clip(image[..., :3] * (255 / np.maximum(alpha, 1)), 0, 255).astype(np.uint8)
        elevation, tan_half = (float(v) for v in outputs[5][i, :2])
        view = View(np.dstack([rgb, image[..., 3]]), orbit_camera(elevation, tan_half))
        yield Prediction(**{k: v[i] for k, v in arrays.items()}, view=view, depth_range=DEPTH_RANGE, model={})


def publish(prediction: Prediction) -> Published:
    """Run the importer's stages up to repair, in a worker."""
    from importer.mesh.repair import repair  # late: scores of volumes alone need none of their packages
    from importer.profile.schema import Reconstruct
    from importer.reconstruct.surface import surface

    began = time.perf_counter()
    try:
        mesh = repair(surface(prediction, Reconstruct()))
    except ImporterError:
        mesh = None
    return Published(mesh, prediction.view.camera, time.perf_counter() - began)


def publish_all(some: list[Prediction]) -> Iterator[Published]:
    """Publish in all of this machine's cores, in order."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the workers: one each
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with ProcessPoolExecutor(os.cpu_count(), mp.get_context("spawn")) as pool:
        yield from pool.map(publish, some)


def fill(mesh: Mesh, camera: Camera, device: torch.device, size: int = 128) -> Tensor:
    """Return which cells of a view's frustum (size, size, size) have their centre inside a closed mesh.

    Every ray through a pixel's centre crosses the surface some times; the cells behind a crossing gain or lose one
    winding. A shift by a thousandth of a cell keeps centres off the mesh's own vertices.
    """
    place = world_to_frustum(mesh.vertices, camera, DEPTH_RANGE)
    place = np.stack([place[:, 0], place[:, 1], (place[:, 2] + 1) / 2], 1) * size - 0.5 + 1e-3
    corners = torch.from_numpy(place[mesh.faces]).to(device)
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    cross = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    low, high = corners[..., :2].amin(1).ceil().long(), corners[..., :2].amax(1).floor().long()
    low, high = low.clamp(0, size - 1), high.clamp(-1, size - 1)
    extent = (high - low + 1).clamp_min(0)
    count = extent[:, 0] * extent[:, 1]
    face = torch.repeat_interleave(torch.arange(len(count), device=device), count)
    local = torch.arange(len(face), device=device) - (torch.cumsum(count, 0) - count)[face]
    u, v = low[face, 0] + local % extent[face, 0], low[face, 1] + local // extent[face, 0]
    weight = []
    for p, q in ((b, c), (c, a), (a, b)):
        side = (q - p)[face]
        weight.append((side[:, 0] * (v - p[face, 1]) - side[:, 1] * (u - p[face, 0])) / cross[face])
    hit = (weight[0] >= 0) & (weight[1] >= 0) & (weight[2] >= 0)
    depth = torch.stack([w * p[face, 2] for w, p in zip(weight, (a, b, c), strict=True)]).sum(0)[hit]
    behind = depth.ceil().long().clamp(0, size)
    steps = torch.zeros(size + 1, size, size, dtype=torch.int32, device=device)
    sign = torch.where(cross[face][hit] > 0, 1, -1).to(torch.int32)
    steps.index_put_((behind, v[hit], u[hit]), sign, accumulate=True)
    return steps.cumsum(0)[:size] != 0


def corners_of(mesh: Mesh, camera: Camera) -> NDArray[np.float32]:
    """Return the mesh's triangles (m, 3, 3) in camera axes."""
    local = (mesh.vertices.astype(np.float64) - camera.position) @ camera.rotation.T
    return local.astype(np.float32)[mesh.faces]
