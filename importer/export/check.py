"""What no scene should be made of, whatever its format: each fault is refused with the part it lies in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence

import numpy as np
from numpy.typing import NDArray

from importer.errors import StageError
from importer.export.rig import Clip, Quaternion, Skin, Vector

_WEIGHT_SUM = 1e-3  # half floats and 8-bit weights sum to 1 no closer


def names(what: str, found: Sequence[str], where: str) -> None:
    """Names must be there and differ."""
    counts = Counter(found)
    for name, count in counts.items():
        if not name.strip() or "\0" in name:
            raise StageError(
                f"{name!r} cannot be the name of a {what}", where=where, fix="Give it a name of characters."
            )
        if count > 1:
            raise StageError(
                f"two {what}s are called {name!r}", where=where, fix="Names must differ: engines rename one."
            )


def transform(translation: Vector, rotation: Quaternion, scale: Vector, where: str) -> None:
    """A transform must be finite and have an inverse."""
    if not np.isfinite([*translation, *rotation, *scale]).all():
        raise StageError("its transform is not finite", where=where)
    if not np.any(rotation) or 0.0 in scale:
        raise StageError("its transform is singular: a rotation or scale of 0", where=where)


def skin(skin: Skin, vertices: int, bones: Container[int], where: str) -> None:
    """A skin must have bones, and weights of sum 1 for every vertex."""
    for joint in skin.joints:
        if joint not in bones:
            raise StageError(f"joint {joint} of its skin is no bone", where=where)
    if len(set(skin.joints)) < len(skin.joints) or not skin.joints:
        raise StageError("its skin needs bones, each of them once", where=where)
    rows("weight", skin.weights, np.asarray(skin.indices).shape, where)
    if skin.weights.ndim != 2 or len(skin.weights) != vertices:
        raise StageError(f"{len(skin.weights)} rows of weights for {vertices} vertices", where=where)
    indices("joint", skin.indices, len(skin.joints), where)
    totals = np.asarray(skin.weights, np.float64).sum(1)
    if (np.asarray(skin.weights) < 0).any() or (np.abs(totals - 1) > _WEIGHT_SUM).any():
        worst = int(np.argmax(np.abs(totals - 1)))
        raise StageError(
            f"the weights of vertex {worst} sum to {totals[worst]:.4g} or one is negative",
            where=where,
            fix="Normalize the weights: each vertex's sum is 1.",
        )


def clip(clip: Clip, nodes: Sequence[str]) -> None:
    """An animation must move nodes that are there, each property once, by keys in order."""
    where = f"animation {clip.name!r}"
    if not clip.tracks:
        raise StageError("the animation is empty", where=where, fix="Leave it out.")
    targets = [(track.node, track.path) for track in clip.tracks]
    if len(set(targets)) < len(targets):
        raise StageError("two tracks move the same property of a node", where=where)
    for track in clip.tracks:
        if not 0 <= track.node < len(nodes):
            raise StageError(f"node {track.node} does not exist", where=where)
        times = np.asarray(track.times)
        if not len(times) or not np.isfinite(times).all() or times[0] < 0 or (np.diff(times) <= 0).any():
            raise StageError("key times must rise from 0 or later", where=f"{where}, {nodes[track.node]!r}")
        rows("key", track.values, (len(times), 4 if track.path == "rotation" else 3), where)
        if track.path == "rotation" and not np.any(track.values, axis=1).all():
            raise StageError("a key's rotation is 0", where=where)


def rows(what: str, values: NDArray[np.generic], shape: tuple[int, ...], where: str) -> None:
    """An array must have its shape and be finite."""
    if np.shape(values) != shape:
        raise StageError(f"{what}s have the shape {np.shape(values)}, not {shape}", where=where)
    good = np.isfinite(np.asarray(values))
    if not good.all():
        raise StageError(f"{what} {int(np.argmin(good.all(1)))} is not finite", where=where)


def indices(what: str, values: NDArray[np.generic], count: int, where: str) -> None:
    """Indices must name rows that are there."""
    values = np.asarray(values)
    if values.size and (int(values.min()) < 0 or int(values.max()) >= count):
        bad = values.min() if values.min() < 0 else values.max()
        raise StageError(f"{what} {int(bad)} does not exist: there are {count}", where=where)
