"""Size, axes, pivot, and transforms of nodes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations, product

import numpy as np

from importer.records import F64, Finding
from importer.verify.subject import Expected, Level, Subject, fault

_UNITS = {
    100.0: "metres were written as centimetres",
    0.01: "centimetres were read as metres",
    1000.0: "metres were written as millimetres",
    0.001: "millimetres were read as metres",
    39.3701: "metres were written as inches",
    0.0254: "inches were read as metres",
}
_SMALLEST, _LARGEST = 0.01, 200.0  # metres; a coin and an airliner with some room
_TOLERANCE = 0.02  # of the longest side
_CENTRE = 0.004  # the same, for the surface's centre


def scale(subject: Subject) -> Iterator[Finding]:
    """The longest side must be the known one, or at least that of some real thing."""
    level, known = subject.levels[0], subject.expected
    if known is None:
        if not _SMALLEST <= level.longest <= _LARGEST:
            what = f"the longest side is {level.longest:.4g} m"
            yield fault(
                False, "SCALE_IMPLAUSIBLE", level.where, what, "glTF is in metres: check the export's unit scale."
            )
        return
    ratio = level.longest / known.longest
    if abs(ratio - 1) <= _TOLERANCE:
        return
    guess = next((text for unit, text in _UNITS.items() if abs(ratio / unit - 1) < 0.05), "")
    what = f"the longest side is {level.longest:.4g} m, not {known.longest:.4g} m ({ratio:.4g} times)"
    yield fault(True, "SCALE_WRONG", level.where, f"{what}; {guess}" if guess else what, "Export in metres.")


def axes(subject: Subject) -> Iterator[Finding]:
    """Box and surface centre must lie as known; if a turned or mirrored copy fits better, say which."""
    level, known = subject.levels[0], subject.expected
    if known is None or _fits(level, known, np.eye(3)):
        return
    turn = next((turn for turn in _signed_permutations() if _fits(level, known, turn)), None)
    if turn is None:
        what = "box and surface centre are not those of the asset, whatever way it is turned"
        yield fault(True, "SHAPE_DIFFERS", level.where, what, "Publish the asset again.")
        return
    names = ", ".join(f"{_axis(np.eye(3)[i])} is now {_axis(turn[:, i])}" for i in range(3))
    if np.linalg.det(turn) < 0:
        fix = "Export without a flip of handedness."
        yield fault(True, "MIRRORED", level.where, f"the mesh is mirrored: {names}", fix)
    else:
        yield fault(True, "AXES_WRONG", level.where, f"the mesh is turned: {names}", "Export with +Y up and front +Z.")


def pivot(subject: Subject) -> Iterator[Finding]:
    """The origin must be where the profile says: at the centre of the base or of the box; elsewhere at either."""
    level, known = subject.levels[0], subject.expected
    low, high = level.box
    where = known.pivot if known else "base"
    anchor = (low + high) / 2
    centre = float(np.abs(anchor).max() / level.longest)
    if where == "base":
        anchor[1] = low[1]
    off = float(np.abs(anchor).max() / level.longest)
    if known is None:
        off = min(off, centre)  # either is a habit
    if off > (_TOLERANCE if known else 0.1):
        place = ", ".join(f"{value:.3g}" for value in anchor)
        what = f"the centre of the {'base' if where == 'base' else 'box'} is at ({place}) m, not at the origin"
        code = "PIVOT_OFF_BASE" if where == "base" else "PIVOT_OFF_CENTER"
        # Retopology may lift the base a little.
        error = subject.ours and off > 2 * _TOLERANCE
        yield fault(error, code, level.where, what, "Move the mesh onto its pivot before the export.")


def transforms(subject: Subject) -> Iterator[Finding]:
    """Nodes must carry no transform: engines treat scaled and turned nodes differently."""
    shapes = [shape for level in subject.levels for shape in level.shapes] + list(subject.hulls)
    for shape in shapes:
        if shape.coarse:
            continue  # positions in few bits need their node's scale and offset
        linear = shape.matrix[:3, :3]
        size = np.linalg.norm(linear, axis=0)
        fix = "Apply the transform to the vertices."
        if np.abs(size - 1).max() > 1e-4:
            what = "the node is scaled by " + ", ".join(f"{value:.4g}" for value in size)
            yield fault(subject.ours, "NODE_SCALE", shape.where, what, fix)
        if np.abs(linear / np.where(size > 0, size, 1) - np.eye(3)).max() > 1e-4:
            yield fault(subject.ours, "NODE_ROTATION", shape.where, "the node is turned", fix)
        if subject.ours and np.abs(shape.matrix[:3, 3]).max() > 1e-4 * subject.levels[0].longest:
            yield fault(True, "NODE_OFFSET", shape.where, "the node is moved off the origin", fix)


def _fits(level: Level, known: Expected, turn: F64) -> bool:
    """Tell whether box and surface centre are those of the known asset turned so; sizes are made equal first."""
    low, high = level.box
    size = (high - low) / level.longest
    centre = (level.centroid - (low + high) / 2) / level.longest
    wanted = np.abs(turn) @ (known.high - known.low) / known.longest
    wanted_centre = turn @ (known.centroid - (known.low + known.high) / 2) / known.longest
    return bool(np.abs(size - wanted).max() <= _TOLERANCE and np.abs(centre - wanted_centre).max() <= _CENTRE)


def _signed_permutations() -> list[F64]:
    found = []
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            found.append(np.eye(3)[list(order)] * np.array(signs)[:, None])
    # Rotations first: of two equal fits, a turn is likelier than a mirror.
    return sorted(found, key=lambda turn: (np.linalg.det(turn) < 0, np.count_nonzero(turn != np.eye(3))))


def _axis(vector: F64) -> str:
    index = int(np.abs(vector).argmax())
    return ("+" if vector[index] > 0 else "-") + "XYZ"[index]
