"""Seeded evaluation views of records, one or more each, with their solids: the same on every machine."""

from __future__ import annotations

import numpy as np
import torch

from training.corpus import Shape, Source, read_shapes
from training.pool import Pool
from training.renderer import Renderer
from training.scenes import PLAIN, make_scene, support_points
from training.solid import solids
from training.workers import describe

AT_ONCE = 16  # solids made together


def evaluation_views(sources: list[Source], views: int, seed: int, device: torch.device) -> Pool:
    """Render `views` plain views of each record and make its solid; the views of a record follow one another."""
    renderer = Renderer()
    columns: dict[str, list[np.ndarray]] = {}
    bits, colors = [], []
    waiting: list[Shape] = []
    for key, shape in enumerate(read_shapes(sources)):
        rng = np.random.default_rng([seed, *sources[key].name.encode()])
        support = support_points(shape.vertices).astype(np.float64)
        scenes = [make_scene(rng, [key], [support], PLAIN) for _ in range(views)]
        renderer.load(key, shape)
        for name, array in {**renderer.render(scenes).__dict__, **describe(scenes)}.items():
            columns.setdefault(name, []).append(array)
        waiting.append(shape)
        if len(waiting) == AT_ONCE or key == len(sources) - 1:
            volume, color = solids(waiting, device)
            bits.append(volume)
            colors.append(color)
            waiting.clear()
    arrays = {k: torch.from_numpy(np.concatenate(v)).to(device) for k, v in columns.items()}
    return Pool(arrays, torch.cat(bits), torch.cat(colors))
