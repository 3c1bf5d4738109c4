"""Which way a figure stands and looks, told by the names of its bones: knowable without anybody's word.

glTF: +Y is up, +Z front, +X the figure's left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from importer.records import F64, Finding
from importer.verify.drawn import Skin
from importer.verify.subject import Subject, fault

_LOWEST, _HIGHEST = 0.2, 20.0  # metres; figurines and giants are warned of only beyond that
_PREFIX = re.compile(r"^(mixamorig\d*|bip\d*|def|j_bip(_c)?|valvebiped|bone|rig|char|armature)[ _:.\-]+")
_SIDE = re.compile(r"(?:^|[ _.\-])(l|r|left|right)(?=$|[ _.\-])|^(left|right)(?=[a-z])|(?<=[a-z])(left|right)$")
_PARTS = {
    "hips": ("hips", "pelvis", "hip"),
    "head": ("head",),
    "hand": ("hand", "wrist"),
    "leg": ("thigh", "upperleg", "upleg", "leg"),
    "foot": ("foot", "ankle"),
    "toes": ("toes", "toe", "ball", "toebase"),
}


def stance(subject: Subject) -> Iterator[Finding]:
    """A figure must be upright, look along +Z, have its left on +X, and the size of something alive."""
    skins = [shape.skin for shape in subject.levels[0].shapes if shape.skin is not None]
    if not skins:
        return
    parts = _parts(max(skins, key=lambda skin: len(skin.names)))
    where = subject.levels[0].where
    up, left, toes = _up(parts), _left(parts), _forward(parts)
    if up is None:
        return
    if up[1] < 0.7:
        what = f"the figure's head is towards {_axis(up)} of its feet"
        yield fault(True, "AXES_WRONG", where, what, "Export with +Y up.")
        return
    yield from _height(subject, parts, where)
    if left is None:
        return
    front = np.cross(left, up)
    if toes is not None and toes @ front < -0.3 * np.linalg.norm(toes):
        what = "the bones called left are on the figure's right, as its toes show: the figure is mirrored"
        yield fault(True, "MIRRORED", where, what, "Export without a flip of handedness, or rename the bones.")
    elif front[2] < 0.7:
        what = f"the figure looks along {_axis(front)}"
        yield fault(subject.ours, "FACING_WRONG", where, what, "Turn it so that its front is +Z, glTF's front.")


def _height(subject: Subject, parts: dict[str, F64], where: str) -> Iterator[Finding]:
    feet = [parts[key][1] for key in ("foot l", "foot r") if key in parts]
    if not feet or subject.ours:
        return
    tall = float(parts["head"][1] - min(feet)) * 1.2  # the head's bone lies at the neck, the foot's at the ankle
    if not _LOWEST <= tall <= _HIGHEST:
        unit = next((text for factor, text in _UNITS.items() if 1.2 < tall / factor < 2.4), "")
        what = f"the figure is about {tall:.3g} m tall" + (f"; {unit}" if unit else "")
        yield fault(False, "SCALE_IMPLAUSIBLE", where, what, "Check the export's unit scale: glTF is in metres.")


_UNITS = {
    100.0: "metres were written as centimetres",
    0.01: "centimetres were read as metres",
    1000.0: "metres were written as millimetres",
    39.37: "metres were written as inches",
}


def _parts(skin: Skin) -> dict[str, F64]:
    """Return the places of the bones that are known, such as "head" and "foot l"; the first of each name counts."""
    found: dict[str, F64] = {}
    for name, head in zip(skin.names, skin.heads, strict=True):
        part = part_of(name)
        if part:
            found.setdefault(part, head)
    return found


def part_of(name: str) -> str | None:
    """Return e.g. ``"hand l"`` for ``"mixamorig:LeftHand"``, None for what is none of the parts.

    Examples
    --------
    >>> [part_of(name) for name in ("mixamorig:LeftHand", "foot_r", "Bip01 L Foot", "Head", "thigh_twist_01_l")]
    ['hand l', 'foot r', 'foot l', 'head', None]
    """
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    plain = _PREFIX.sub("", plain)
    side = _SIDE.search(plain)
    word = re.sub(r"[ _.\-\d]+", "", _SIDE.sub("", plain))
    for part, words in _PARTS.items():
        if word in words:
            if part in ("hips", "head"):
                return part
            return f"{part} {next(group for group in side.groups() if group)[0]}" if side else None
    return None


def _up(parts: dict[str, F64]) -> F64 | None:
    """Return the way from the feet over the hips to the head; None for what walks on four legs."""
    if not ({"head", "hips"} <= parts.keys() and _both(parts, "foot")):
        return None
    lower = _unit(parts["hips"] - (parts["foot l"] + parts["foot r"]) / 2)
    upper = _unit(parts["head"] - parts["hips"])
    if lower is None or upper is None or lower @ upper < 0.7:
        return None
    return _unit(lower + upper)


def _left(parts: dict[str, F64]) -> F64 | None:
    """Return the way from right to left; None where hands, legs and feet disagree."""
    pairs = [_unit(parts[f"{part} l"] - parts[f"{part} r"]) for part in ("hand", "leg", "foot") if _both(parts, part)]
    ways = [way for way in pairs if way is not None]
    if not ways or any(a @ b < 0.7 for a in ways for b in ways):
        return None
    return _unit(np.sum(ways, axis=0))


def _forward(parts: dict[str, F64]) -> F64 | None:
    if not (_both(parts, "foot") and _both(parts, "toes")):
        return None
    way = sum(parts[f"toes {side}"] - parts[f"foot {side}"] for side in "lr") * np.array([1.0, 0.0, 1.0])
    return way if np.linalg.norm(way) > 1e-6 else None


def _both(parts: dict[str, F64], part: str) -> bool:
    return {f"{part} l", f"{part} r"} <= parts.keys()


def _unit(vector: F64) -> F64 | None:
    length = np.linalg.norm(vector)
    return vector / length if length > 1e-9 else None


def _axis(vector: F64) -> str:
    index = int(np.abs(vector).argmax())
    return ("+" if vector[index] > 0 else "-") + "XYZ"[index]
