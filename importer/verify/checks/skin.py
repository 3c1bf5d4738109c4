"""Weights, inverse bind matrices, and joints against the body."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from importer.records import F64, Finding
from importer.verify.drawn import Shape, Skin
from importer.verify.subject import Level, Subject, fault

_SUM = 0.02  # four weights of 8 bits may be off by 4/255
_BIND = 0.01  # of our own: a joint at rest must take the mesh where it was bound
_FAR, _FAR_OURS = 0.25, 0.1  # distance of a joint from the body's box, against the longest side
_RATIO = 20.0  # body against skeleton: a lid on one bone is larger than its bone, but not so much


def bound(subject: Subject) -> Iterator[Finding]:
    """A mesh that is drawn with a skin needs weights."""
    for scene in subject.scenes:
        for where in scene.unbound:
            what = "it is drawn with a skin but has no joints and weights: it stays behind when the bones move"
            yield fault(True, "WEIGHTS_MISSING", where, what, "Export JOINTS_0 and WEIGHTS_0, or bind the mesh again.")


def weights(subject: Subject) -> Iterator[Finding]:
    """Each vertex needs weights of sum 1, none negative, of joints that exist."""
    for shape, skin in _skinned(subject):
        used = shape.used
        rows = skin.weights[used]
        total = rows.sum(1)
        if skin.stray:
            what = f"{skin.stray} weights are of joints that the skin does not have ({len(skin.names)} joints)"
            yield fault(True, "JOINT_RANGE", shape.where, what, "Bind the mesh to this skeleton again.")
        if (total <= 0).any() and not skin.stray:
            what = f"{int((total <= 0).sum())} of {len(used)} vertices have no weights"
            yield fault(True, "WEIGHTS_MISSING", shape.where, what, "Give every vertex a bone, the root at least.")
        if (rows < 0).any():
            what = f"{int((rows < 0).any(1).sum())} of {len(used)} vertices have negative weights"
            yield fault(True, "WEIGHTS_NEGATIVE", shape.where, what, "Set them to 0 and normalise the rest.")
        off = np.abs(total - 1)[total > 0]
        if (off > _SUM).any() and not skin.stray:
            many = f"{int((off > _SUM).sum())} of {len(used)}"
            what = f"the weights of {many} vertices do not add up to 1 (off by up to {off.max():.2g})"
            error = subject.ours or bool(off.max() > 0.1)
            yield fault(error, "WEIGHTS_NOT_NORMALIZED", shape.where, what, "Normalise the weights.")


def binds(subject: Subject) -> Iterator[Finding]:
    """Inverse bind matrices must not scale the body away from its skeleton."""
    for shape, skin in _skinned(subject):
        if not _moving(skin).any():
            continue
        scale = np.cbrt(np.abs(np.linalg.det(skin.drifts[:, :3, :3])))
        moving = _moving(skin)
        ratio = _against_skeleton(skin, float(np.median(scale[moving])))
        fix = "Bind again with the mesh and the skeleton in one unit, and freeze their scale first."
        if not scale[moving].all() or (ratio is not None and not 1 / _RATIO < ratio < _RATIO):
            what = f"at rest the inverse bind matrices scale the mesh by {float(np.median(scale[moving])):.3g}"
            if ratio is not None:
                what += f", which makes it {ratio:.3g} times as large as its skeleton"
            yield fault(True, "BIND_SCALE", shape.where, what, fix)
            continue
        spread = scale[moving].max(initial=0) / max(scale[moving].min(initial=np.inf), 1e-30)
        if spread > 1.1:
            name = skin.names[int(np.flatnonzero(moving)[scale[moving].argmax()])]
            what = f"the inverse bind matrices scale unevenly: {name!r} {spread:.3g} times as much as another"
            yield fault(subject.ours or spread > 2, "BIND_SCALE", shape.where, what, fix)
        off = np.abs(skin.drifts[moving] - np.eye(4)).max(initial=0)
        if subject.ours and off > _BIND * max(1.0, subject.levels[0].longest):
            what = f"at rest the bones move the mesh by up to {off:.3g} from where it was bound"
            yield fault(True, "BIND_MOVED", shape.where, what, "Write inverse bind matrices of the rest pose.")


def joints(subject: Subject) -> Iterator[Finding]:
    """Joints that move something must lie in or near the body."""
    for level in subject.levels[:1]:
        for shape, skin in _skinned(subject):
            if shape not in level.shapes:
                continue
            away = _outside(level, skin.heads) / level.longest
            far = _moving(skin) & (away > (_FAR_OURS if subject.ours else _FAR))
            if far.any():
                names = ", ".join(repr(skin.names[i]) for i in np.flatnonzero(far)[:4])
                more = f" and {int(far.sum()) - 4} more" if far.sum() > 4 else ""
                lie = "lie up to" if far.sum() > 1 else "lies"
                what = f"{names}{more} {lie} {away[far].max():.0%} of the longest side outside the body"
                yield fault(subject.ours or far.mean() > 0.5, "BONE_OUTSIDE", shape.where, what, "Move the bones in.")


def _skinned(subject: Subject) -> Iterator[tuple[Shape, Skin]]:
    for level in subject.levels:
        for shape in level.shapes:
            if shape.skin is not None:
                yield shape, shape.skin


def _moving(skin: Skin) -> np.ndarray:
    """Return (j,) which joints have a part in any vertex."""
    return np.bincount(skin.indices.reshape(-1), skin.weights.reshape(-1), len(skin.names)) > 0


def _against_skeleton(skin: Skin, scale: float) -> float | None:
    """Return the size of the body, once the skin has scaled it, against that of its joints; None for a single joint."""
    heads = skin.heads[_moving(skin)]
    if len(heads) < 2:
        return None
    spread, body = float(np.ptp(heads, axis=0).max()), skin.extent * scale
    return body / spread if spread > 1e-9 * max(body, 1e-30) else None


def _outside(level: Level, points: F64) -> F64:
    low, high = level.box
    return np.maximum(np.maximum(low - points, points - high), 0).max(1)
