"""Materials of procedural objects, coloured as kits have them, and the kit of choices that a family draws on."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

T = TypeVar("T")

# Hue, saturation and value ranges of what things are made of.
RANGES: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "wood": ((0.03, 0.11), (0.35, 0.75), (0.25, 0.85)),
    "dark_wood": ((0.01, 0.08), (0.35, 0.8), (0.15, 0.45)),
    "bark": ((0.03, 0.1), (0.3, 0.65), (0.2, 0.55)),
    "metal": ((0.5, 0.68), (0.0, 0.18), (0.25, 0.85)),
    "iron": ((0.45, 0.7), (0.0, 0.2), (0.1, 0.45)),
    "gold": ((0.1, 0.15), (0.5, 0.85), (0.65, 0.95)),
    "stone": ((0.05, 0.62), (0.0, 0.2), (0.35, 0.85)),
    "rock": ((0.02, 0.65), (0.02, 0.35), (0.3, 0.75)),
    "brick": ((0.0, 0.07), (0.4, 0.7), (0.4, 0.8)),
    "leaf": ((0.17, 0.46), (0.35, 0.85), (0.3, 0.85)),
    "earth": ((0.03, 0.1), (0.35, 0.7), (0.3, 0.65)),
    "sand": ((0.08, 0.14), (0.2, 0.5), (0.7, 0.95)),
    "snow": ((0.5, 0.62), (0.0, 0.12), (0.9, 1.0)),
    "water": ((0.48, 0.6), (0.4, 0.75), (0.6, 0.95)),
    "plaster": ((0.05, 0.16), (0.03, 0.3), (0.75, 0.98)),
    "glass": ((0.5, 0.62), (0.15, 0.5), (0.4, 0.95)),
    "cloth": ((0.0, 1.0), (0.2, 0.75), (0.3, 0.9)),
    "plastic": ((0.0, 1.0), (0.4, 0.9), (0.5, 0.98)),
    "paint": ((0.0, 1.0), (0.3, 0.85), (0.35, 0.95)),
    "dark": ((0.0, 1.0), (0.0, 0.25), (0.05, 0.25)),
    "light": ((0.0, 1.0), (0.0, 0.12), (0.82, 1.0)),
    "glow": ((0.08, 0.17), (0.3, 0.9), (0.9, 1.0)),
    "skin": ((0.03, 0.09), (0.2, 0.6), (0.35, 0.98)),
    "meat": ((0.98, 1.06), (0.4, 0.75), (0.35, 0.85)),
    "bread": ((0.07, 0.12), (0.35, 0.7), (0.6, 0.95)),
    "fruit": ((0.95, 1.36), (0.6, 0.95), (0.6, 0.95)),
    "bone": ((0.09, 0.15), (0.05, 0.3), (0.75, 0.95)),
    "any": ((0.0, 1.0), (0.0, 0.9), (0.15, 1.0)),
}
GRAINS: dict[str, tuple[str, ...]] = {
    "wood": ("wood", "planks", "noise"), "dark_wood": ("wood", "planks"), "bark": ("wood", "noise"),
    "metal": ("noise", "gradient", "scratches"), "iron": ("noise", "scratches"), "stone": ("noise", "bricks", "cracks"),
    "rock": ("noise", "cracks"), "brick": ("bricks",), "leaf": ("noise", "gradient", "spots"), "earth": ("noise",),
    "plaster": ("noise", "bricks", "cracks"), "cloth": ("stripes", "checks", "noise", "spots"),
    "plastic": ("gradient", "stripes"),
    "paint": ("noise", "stripes", "scratches", "planks"), "bread": ("noise",),
    "fruit": ("gradient", "spots", "noise"), "meat": ("noise",),
    "any": ("noise", "stripes", "checks", "spots", "bricks"),
}  # fmt: skip
SHINE = {"metal": 0.35, "iron": 0.5, "gold": 0.3, "glass": 0.1, "plastic": 0.4, "water": 0.15}


@dataclass(frozen=True)
class Material:
    """``rgb`` in 0..1 (sRGB); ``grain``: a texture's name or ""; ``size``: repeats of it over the object's side."""

    rgb: tuple[float, float, float]
    roughness: float
    grain: str
    size: float


@dataclass(frozen=True)
class Kit:
    """What one object is drawn with: the generator, the taste that all its parts share, its materials so far.

    ``sides``: segments of a full round; ``bevel``: of boxes; ``textured``: chance of a texture for each material;
    ``muted``: factor on saturation; ``gamma``: exponent on value, low in bright kits; ``few``: few colours are reused.
    """

    rng: np.random.Generator
    sides: int
    bevel: float
    textured: float
    muted: float
    gamma: float
    few: bool
    materials: list[Material] = field(default_factory=list)

    def u(self, low: float, high: float) -> float:
        """Draw from a range."""
        return float(self.rng.uniform(low, high))

    def n(self, low: int, high: int) -> int:
        """Draw an integer, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, p: float) -> bool:
        """Tell yes with probability `p`."""
        return bool(self.rng.random() < p)

    def pick(self, items: Sequence[T]) -> T:
        """Choose one."""
        return items[int(self.rng.integers(len(items)))]

    def round(self, factor: float = 1.0) -> int:
        """Return the segments of a round body; `factor` for its importance."""
        return int(np.clip(round(self.sides * factor), 4, 40))

    def mat(self, kind: str) -> int:
        """Make a material of a kind and return its number; in a taste of few colours, often one that is there."""
        if self.few and len(self.materials) >= 2 and self.chance(0.7):
            return self.n(0, len(self.materials) - 1)
        name = "any" if self.chance(0.06) else kind
        self.materials.append(make_material(self, name))
        return len(self.materials) - 1


def new_kit(rng: np.random.Generator) -> Kit:
    """Draw the taste of an object: low-poly and flat most often."""
    sides = int(rng.choice([6, 8, 8, 10, 12, 16, 24], p=[0.1, 0.2, 0.15, 0.15, 0.15, 0.15, 0.1]))
    bevel = float(rng.choice([0, 0.08, 0.2], p=[0.62, 0.25, 0.13])) * float(rng.uniform(0.5, 1.2))
    textured = float(rng.choice([0.0, 0.35, 0.9], p=[0.55, 0.25, 0.2]))
    return Kit(
        rng,
        sides,
        bevel,
        textured,
        float(rng.uniform(0.4, 1.15)),
        float(rng.uniform(0.35, 1.1)),
        bool(rng.random() < 0.2),
    )


def make_material(k: Kit, kind: str) -> Material:
    """Draw a colour, a roughness and perhaps a texture of a kind of matter."""
    (h0, h1), (s0, s1), (v0, v1) = RANGES[kind]
    rgb = colorsys.hsv_to_rgb(k.u(h0, h1) % 1, min(k.u(s0, s1) * k.muted, 1), k.u(v0, v1) ** k.gamma)
    grain = k.pick(GRAINS[kind]) if kind in GRAINS and k.chance(k.textured) else ""
    rough = float(np.clip(SHINE.get(kind, 0.75) + k.rng.normal(0, 0.15), 0.05, 1))
    return Material(rgb, rough, grain, k.u(1.0, 4.0))
