"""Skins and animations as glTF and FBX both hold them: metres, Y up, front +Z, right-handed.

Rotations are unit quaternions (x, y, z, w).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from importer.records import F32, F64, I32

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]


@dataclass(frozen=True)
class Skin:
    """Weights of a mesh; the nodes' transforms are the bind pose.

    ``joints`` are bones by their index in the scene, ``indices`` (n, k) into them, ``weights`` (n, k) of sum 1.
    """

    joints: tuple[int, ...]
    indices: I32
    weights: F32


@dataclass(frozen=True)
class Track:
    """Keys of one property of a node: ``times`` (k,) in seconds, rising; ``values`` (k, 3), quaternions (k, 4).

    Between keys: linear; rotations along the shortest arc.
    """

    node: int
    path: Literal["translation", "rotation", "scale"]
    times: F64
    values: F64


@dataclass(frozen=True)
class Clip:
    """One animation."""

    name: str
    tracks: tuple[Track, ...]
