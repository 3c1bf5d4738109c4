"""Objects made from a seed: a family, a taste, whole-object deformations, and the record of the corpus."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from training.corpus import Shape
from training.procedural import deform
from training.procedural.families import (
    abstract,
    building,
    creatures,
    flight,
    food,
    furniture,
    gear,
    plants,
    stores,
    street,
    vehicles,
    vessels,
)
from training.procedural.finish import finish
from training.procedural.paint import Kit, new_kit
from training.procedural.soup import Soup, bounds, reshape, scale, subdivide, turn

Builder = Callable[[Kit], Soup]

# Weights follow how often the kinds occur in game kits. Level: whether the thing keeps its straight lines.
FAMILIES: dict[str, tuple[Builder, float, bool]] = {
    "table": (furniture.table, 3.0, True), "chair": (furniture.chair, 3.0, True),
    "stool": (furniture.stool, 1.5, True), "sofa": (furniture.sofa, 2.0, True), "bed": (furniture.bed, 1.5, True),
    "cabinet": (furniture.cabinet, 2.5, True), "shelf": (furniture.shelf, 2.5, True),
    "bench": (furniture.bench, 2.0, True), "door": (furniture.door, 2.0, True),
    "crate": (stores.crate, 3.0, True), "chest": (stores.chest, 1.5, True), "barrel": (stores.barrel, 2.5, True),
    "vessel": (vessels.vessel, 2.5, False), "bottle": (vessels.bottle, 2.0, False), "cup": (vessels.cup, 2.0, False),
    "pallet": (stores.pallet, 1.5, True), "book": (stores.book, 1.0, True), "appliance": (stores.appliance, 2.0, True),
    "ring": (stores.ring_thing, 1.5, False), "lamp": (vessels.lamp, 3.0, True), "stack": (stores.cap_stack, 1.5, False),
    "fence": (street.fence, 5.0, True), "wall": (building.wall, 6.0, True), "pillar": (building.pillar, 3.0, True),
    "monument": (street.monument, 4.0, True), "coffin": (street.coffin, 1.0, True),
    "tower": (building.tower, 2.0, True), "house": (building.house, 3.0, True), "stairs": (building.stairs, 2.0, True),
    "gateway": (building.gateway, 1.5, True), "sign": (street.sign, 2.5, True), "tent": (street.tent, 1.5, True),
    "rubble": (building.rubble, 1.5, True), "tile": (building.tile, 2.5, True),
    "tree": (plants.tree, 4.0, False), "pine": (plants.pine, 2.5, False), "palm": (plants.palm, 1.0, False),
    "bare tree": (plants.bare_tree, 2.5, False), "bush": (plants.bush, 2.5, False),
    "flower": (plants.flower, 2.0, False), "mushroom": (plants.mushroom, 1.5, False),
    "cactus": (plants.cactus, 1.0, False), "rock": (plants.rock, 5.0, False), "vine": (plants.skinny, 1.0, False),
    "slab": (plants.slab_shape, 1.0, False),
    "fruit": (food.fruit, 3.0, False), "burger": (food.burger, 1.5, False), "wedge": (food.wedge, 1.0, False),
    "bread": (food.bread, 2.0, False),
    "sword": (gear.sword, 2.0, False), "axe": (gear.axe, 2.0, False), "tool": (gear.tool, 3.0, False),
    "bow": (gear.bow, 1.0, False), "shield": (gear.shield, 1.0, True), "gun": (gear.gun, 2.0, True),
    "cannon": (gear.cannon, 1.0, True), "helmet": (gear.helmet, 1.5, False), "grille": (gear.grille, 2.0, True),
    "car": (vehicles.car, 3.0, True), "cart": (vehicles.cart, 1.5, True), "train": (vehicles.train, 1.5, True),
    "ship": (vehicles.ship, 2.5, True), "plane": (flight.plane, 2.0, True),
    "spaceship": (flight.spaceship, 2.0, False), "tank": (vehicles.tank, 1.5, True),
    "figure": (creatures.figure, 6.0, False), "beast": (creatures.beast, 3.0, False),
    "fish": (creatures.fish, 1.5, False), "bird": (creatures.bird, 1.5, False), "robot": (creatures.robot, 2.0, True),
    "bug": (creatures.bug, 1.5, False), "head": (creatures.head, 1.5, False),
    "prism": (abstract.prism, 9.0, True), "carved": (abstract.carved, 4.0, True),
    "turned": (abstract.turned, 4.0, False),
    "swept": (abstract.swept, 2.0, False), "blended": (abstract.blended, 3.0, False),
    "panel": (abstract.panel, 4.0, True), "machine": (abstract.machine, 4.0, True),
}  # fmt: skip
ASSEMBLED = 0.06  # share of objects put together from two families


def make(seed: int, family: str | None = None) -> Shape:
    """Return object number `seed`, or that of one family.

    Parameters
    ----------
    seed : int
        The same number gives the same bytes, with any other numbers made before it.
    family : str, optional
        A key of `FAMILIES`; by default drawn by their weights.

    Returns
    -------
    Shape
        Y up, centred, longest side 1, closed parts that may overlap; 3 vertices a face; 12 to about 20,000 faces.
    """
    rng = np.random.default_rng([90210, seed])
    kit = new_kit(rng)
    s = deformed(rng, *build(kit, family))
    crease = float(rng.choice([0, 32, 46, 60], p=[0.4, 0.25, 0.2, 0.15]))
    return finish(s, kit.materials, rng, crease)


def build(kit: Kit, family: str | None) -> tuple[Soup, bool]:
    """Return an undeformed object and whether it should keep its straight lines."""
    names = list(FAMILIES)
    weights = np.array([FAMILIES[n][1] for n in names])
    if family is None and kit.rng.random() < ASSEMBLED:
        return abstract.assembly(kit, [FAMILIES[n][0] for n in names]), True
    if family is None:
        family = names[int(kit.rng.choice(len(names), p=weights / weights.sum()))]
    builder, _, level = FAMILIES[family]
    return builder(kit), level


def deformed(rng: np.random.Generator, s: Soup, level: bool) -> Soup:
    """Stretch, and by chance taper, bend, twist or warp the whole; what is level less often and less."""
    s = scale(s, *np.exp(rng.normal(0, 0.12, 3)))
    if rng.random() < 0.3:
        s = turn(s, "y", float(rng.choice([90, 180, 270])))
    if rng.random() < (0.12 if level else 0.3):
        box = bounds(s)
        s = subdivide(s, float((box[1] - box[0]).max()) / 12)
        strength = 0.5 if level else 1.0
        kind = rng.integers(4)
        if kind == 0:
            s = reshape(s, deform.taper(box, float(rng.uniform(-0.3, 0.3)) * strength))
        elif kind == 1:
            size = box[1] - box[0]
            along = 1 if size[1] > 0.6 * size.max() else int(np.argmax(size))
            towards = int(rng.choice([a for a in range(3) if a != along]))
            thick = size[towards] / max(size[along], 1e-9)
            limit = min(0.9, 1.2 / max(thick, 0.3)) * strength
            s = reshape(s, deform.bend(box, float(rng.uniform(-limit, limit)), along, towards))
        elif kind == 2:
            s = reshape(s, deform.twist(box, float(rng.uniform(-0.8, 0.8)) * strength))
        else:
            s = reshape(s, deform.warp(box, float(rng.uniform(0.01, 0.05)) * strength, rng))
    return s
