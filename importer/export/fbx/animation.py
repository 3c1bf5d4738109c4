"""Animations: a stack and a layer for each clip, a curve node for each animated property, a curve for each axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from importer.export.fbx.encode import Record
from importer.export.fbx.frame import Conversion, continuous, euler_degrees
from importer.export.fbx.graph import Graph, prop, properties
from importer.export.fbx.scene import Node
from importer.export.rig import Clip, Track
from importer.records import F64

TICKS = 46_186_158_000  # KTime in a second
_PROPERTIES = {
    "translation": ("T", "Lcl Translation"),
    "rotation": ("R", "Lcl Rotation"),
    "scale": ("S", "Lcl Scaling"),
}
_LINEAR = 0x4  # interpolation of a key
# What a linear key carries: no slopes, both weights a third (3333 of 10000, 16 bits each).
_NO_TANGENTS = np.array([0, 0, 3333 << 16 | 3333, 0], np.int32).view(np.float32)


def add_clip(
    graph: Graph,
    clip: Clip,
    nodes: tuple[Node, ...],
    models: list[np.int64],
    conversion: Conversion,
    frames_per_second: float,
) -> None:
    """Add one animation."""
    end = ticks(np.array([max(float(track.times[-1]) for track in clip.tracks)]))[0]
    span = [
        prop(name, "KTime", "Time", "", value)
        for name, value in (
            ("LocalStart", np.int64(0)),
            ("LocalStop", end),
            ("ReferenceStart", np.int64(0)),
            ("ReferenceStop", end),
        )
    ]
    stack = graph.add("AnimationStack", clip.name, "AnimStack", "", properties(*span))
    layer = graph.add("AnimationLayer", clip.name, "AnimLayer", "")
    graph.connect(layer, stack)
    for track in clip.tracks:
        times, values = _keys(track, conversion, frames_per_second)
        _add_track(
            graph, f"{clip.name}\0{nodes[track.node].name}", layer, models[track.node], track.path, times, values
        )


def ticks(seconds: F64) -> NDArray[np.int64]:
    """Return times in the unit of the file."""
    return np.round(np.asarray(seconds, np.float64) * TICKS).astype(np.int64)


def _keys(track: Track, conversion: Conversion, frames_per_second: float) -> tuple[F64, F64]:
    if track.path == "translation":
        return track.times, conversion.points(track.values)
    if track.path == "scale":
        return track.times, conversion.scales(track.values)
    times, turns = _dense(track.times, conversion.rotations(track.values), frames_per_second)
    return times, continuous(euler_degrees(turns))


def _dense(times: F64, turns: F64, frames_per_second: float) -> tuple[F64, F64]:
    """Add a key at every frame: between keys FBX has linear angles, which is not the arc between two rotations."""
    frames = np.arange(np.ceil(times[0] * frames_per_second), times[-1] * frames_per_second) / frames_per_second
    every = np.unique(np.concatenate([times, frames[(frames > times[0]) & (frames < times[-1])]]))
    at = np.clip(np.searchsorted(times, every, "right") - 1, 0, max(len(times) - 2, 0))
    after = np.minimum(at + 1, len(times) - 1)
    length = times[after] - times[at]
    t = np.divide(every - times[at], length, out=np.zeros_like(every), where=length > 0)[:, None]
    unit = turns / np.linalg.norm(turns, axis=1, keepdims=True)
    a, b = unit[at], unit[after]
    dot = (a * b).sum(1, keepdims=True)
    b, dot = np.where(dot < 0, -b, b), np.minimum(np.abs(dot), 1.0)
    angle = np.arccos(dot)
    sine = np.sin(angle)
    near = sine < 1e-6
    safe = np.where(near, 1.0, sine)
    first = np.where(near, 1 - t, np.sin((1 - t) * angle) / safe)
    second = np.where(near, t, np.sin(t * angle) / safe)
    return every, first * a + second * b


def _add_track(graph: Graph, key: str, layer: np.int64, model: np.int64, path: str, times: F64, values: F64) -> None:
    short, name = _PROPERTIES[path]
    start = [prop(f"d|{axis}", "Number", "", "A", float(value)) for axis, value in zip("XYZ", values[0], strict=True)]
    curves = graph.add("AnimationCurveNode", short, "AnimCurveNode", "", properties(*start), key=f"{key}\0{short}")
    graph.connect(curves, layer)
    graph.connect(curves, model, name)
    when = ticks(times)
    for axis, row in zip("XYZ", values.T, strict=True):
        curve = graph.add(
            "AnimationCurve",
            "",
            "AnimCurve",
            "",
            Record("Default", (float(row[0]),)),
            Record("KeyVer", (4008,)),
            Record("KeyTime", (when,)),
            Record("KeyValueFloat", (row.astype(np.float32),)),
            Record("KeyAttrFlags", (np.array([_LINEAR], np.int32),)),
            Record("KeyAttrDataFloat", (_NO_TANGENTS,)),
            Record("KeyAttrRefCount", (np.array([len(when)], np.int32),)),
            key=f"{key}\0{short}{axis}",
        )
        graph.connect(curve, curves, f"d|{axis}")
