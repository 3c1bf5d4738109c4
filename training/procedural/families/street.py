"""Fences, gravestones, coffins, signs, tents."""
# ruff: noqa: RUF005 (sums of arrays)

from __future__ import annotations

import numpy as np

from training.procedural.deform import bend
from training.procedural.families.furniture import four
from training.procedural.outline import arch, mirrored, rectangle, star
from training.procedural.paint import Kit
from training.procedural.solids import ball, beam, box, cylinder, extrude, frustum, gable, lathe, rod, torus
from training.procedural.soup import Soup, both, bounds, join, move, reshape, row, subdivide, turn


def curve(k: Kit, s: Soup, p: float = 0.12) -> Soup:
    """Bend a long object in plan by chance, as kits have corner pieces."""
    if not k.chance(p):
        return s
    box_ = bounds(s)
    fine = subdivide(s, float(np.ptp(box_[:, 0])) / 10)
    return reshape(fine, bend(box_, k.u(0.6, 1.7), 0, 2))


def fence(k: Kit) -> Soup:
    """Return a fence or gate: iron spikes, pickets, rails, boards; posts; a base by chance."""
    style = k.n(0, 3)
    bar = k.mat(["iron", "wood", "wood", "metal"][style])
    post = bar if k.chance(0.5) else k.mat(k.pick(["stone", "wood", "brick"]))
    w, h = k.u(1.0, 2.4), k.u(0.7, 1.5)
    base = k.u(0.06, 0.2) if k.chance(0.4) else 0.0
    parts = []
    if style in (0, 3):  # bars
        n, r = k.n(4, 9), k.u(0.014, 0.028)
        tip = lathe(bar, [[r * 1.2, 0], [r * 2.2, h * 0.03], [0.004, h * 0.12]], 4)
        one = rod(bar, (0, 0, 0), (0, h * 0.9, 0), r, sides=k.pick([4, 6]))
        one = join(one, move(tip, 0, h * 0.88)) if k.chance(0.7) else one
        parts.append(row(one, n, x=w / n))
        parts += [
            box(bar, w, r * 2.4, r * 2.4, 0, h * y) for y in k.pick([(0.15, 0.8), (0.12, 0.7, 0.82), (0.5,), (0.8,)])
        ]
        if k.chance(0.2):
            parts.append(row(move(turn(torus(bar, w / n * 0.4, r, 10, 5), "x", 90), 0, h * 0.75), n - 1, x=w / n))
    elif style == 1:  # pickets
        n = k.n(4, 9)
        pw = w / n * k.u(0.55, 0.92)
        peak = k.pick([0.0, pw * 0.5, pw])
        shape = (
            [[-pw / 2, 0], [pw / 2, 0], [pw / 2, h - peak], [0, h], [-pw / 2, h - peak]] if peak else rectangle(pw, h)
        )
        for i in range(n):
            if k.chance(0.96):
                one = extrude(bar, np.asarray(shape) * [1, k.u(0.9, 1.05)], 0.04)
                parts.append(turn(move(one, (i - (n - 1) / 2) * w / n, 0, 0), "z", k.rng.normal(0, 1.5)))
        parts += [box(bar, w, 0.08, 0.05, 0, h * y, -0.04) for y in (0.22, 0.7)]
    else:  # rails
        n = k.n(2, 4)
        rail = box(bar, w, h / n * k.u(0.2, 0.6), 0.05)
        parts += [turn(move(rail, 0, (i + 0.5) * h * 0.95 / n), "z", k.rng.normal(0, 1.5)) for i in range(n)]
        if k.chance(0.2):
            parts.append(beam(bar, (-w / 2, h * 0.1, 0.03), (w / 2, h * 0.9, 0.03), 0.05))
    if style == 2 or k.chance(0.6):
        pw = k.u(0.08, 0.24)
        pillar = box(post, pw, h * k.u(1.0, 1.25), pw, bevel=k.bevel)
        cap = k.pick(
            [None, frustum(post, pw * 1.3, pw * 1.3, pw * 0.6, 0.1), ball(post, pw * 0.6, pw * 0.6, pw * 0.6, sides=8)]
        )
        pillar = join(pillar, move(cap, 0, bounds(pillar)[1, 1])) if cap is not None else pillar
        count = k.pick([1, 2, 2, 3])
        parts.append(row(pillar, count, x=w / (count - 1)) if count > 1 else move(pillar, w / 2))
    s = join(parts)
    if base:
        s = join(move(s, 0, base), box(post, w * 1.02, base, k.u(0.1, 0.25)))
    return curve(k, s)


def monument(k: Kit) -> Soup:
    """Return a gravestone, cross, stele, statue base or altar on a plinth."""
    stone = k.mat(k.pick(["stone", "stone", "rock", "plaster", "wood"]))
    trim = stone if k.chance(0.6) else k.mat("stone")
    w, h, t = k.u(0.5, 0.9), k.u(0.7, 1.5), k.u(0.12, 0.35)
    parts = []
    y = 0.0
    for i in range(k.n(0, 2)):
        b = k.u(0.08, 0.2)
        parts.append(box(trim, w * (1.5 - 0.2 * i), b, t * (2.2 - 0.5 * i), 0, y, 0, k.bevel))
        y += b
    style = k.n(0, 4)
    if style <= 1:  # slab
        head = k.pick(
            [
                arch(w, h, steps=k.pick([3, 4, 8])) if h > w * 0.6 else rectangle(w, h),
                rectangle(w, h),
                mirrored([[w / 2, 0], [w / 2, h * 0.8], [w * 0.3, h * 0.84], [w * 0.25, h], [0, h * 1.04]]),
            ]
        )
        slab = extrude(stone, head * [k.u(0.85, 1), 1], t)
        parts.append(move(slab, 0, y))
        if k.chance(0.5):
            parts.append(move(extrude(trim, head * 0.72 + [0, h * 0.12], t * 1.25), 0, y))
        if k.chance(0.3):
            parts.append(move(box(trim, w * 0.08, h * 0.4, t * 1.4, 0, h * 0.35), 0, y))
    elif style <= 3:  # cross
        a, arm = k.u(0.16, 0.28) * w, w * k.u(0.35, 0.5)
        at = h * k.u(0.6, 0.75)
        flare = k.u(1.0, 1.8)
        half = [
            [a * flare, 0],
            [a, at - a],
            [arm, at - a * flare],
            [arm, at + a * flare],
            [a, at + a],
            [a * flare, h],
            [0, h],
        ]
        parts.append(move(extrude(stone, mirrored(half), t), 0, y))
        if k.chance(0.4):
            parts.append(move(turn(torus(stone, arm * 0.72, a * 0.5, 16, 5), "x", 90), 0, y + at))
    else:  # tomb with a roof or a rounded lid
        d = k.u(1.2, 2)
        roof = [[-w, 0], [w, 0], [w * 0.9, 0.12], [0, k.u(0.2, 0.6)], [-w * 0.9, 0.12]]
        parts += [box(stone, w * 1.7, h * 0.5, d, 0, y), extrude(trim, np.array(roof) + [0, y + h * 0.5], d * 1.1)]
        parts.append(box(trim, w * 2.1, 0.1, d * 1.2))
        if k.chance(0.4):
            parts.append(box(k.mat("dark"), w * 0.5, h * 0.35, 0.06, 0, y, d / 2))
    s = join(parts)
    return turn(s, "z", k.rng.normal(0, 4)) if k.chance(0.3) else s


def coffin(k: Kit) -> Soup:
    """Return a coffin or sarcophagus, lying or leaning, with a lid."""
    wood, trim = k.mat(k.pick(["wood", "dark_wood", "stone"])), k.mat(k.pick(["gold", "wood", "stone"]))
    w, h, d, at = k.u(0.5, 0.8), k.u(1.6, 2.1), k.u(0.3, 0.55), k.u(0.55, 0.8)
    half = [[w * k.u(0.25, 0.35), 0], [w / 2, h * at], [w * 0.33, h], [0, h]]
    outline = mirrored(half)
    middle = outline.mean(0)
    lid = extrude(wood, (outline - middle) * 1.06 + middle, 0.08, z=d / 2, top=k.u(0.85, 1))
    parts = [extrude(wood, outline, d), lid]
    if k.chance(0.5):
        parts += [
            box(trim, 0.06, h * 0.45, 0.14, 0, h * 0.4, d / 2),
            box(trim, w * 0.4, 0.06, 0.14, 0, h * 0.68, d / 2),
        ]
    s = join(parts)
    return s if k.chance(0.3) else turn(s, "x", -90)


def sign(k: Kit) -> Soup:
    """Return a sign, target, flag, billboard, traffic sign or signpost."""
    wood, board, mark = (
        k.mat(k.pick(["wood", "metal", "dark_wood"])),
        k.mat(k.pick(["wood", "paint", "light", "plastic"])),
        k.mat("paint"),
    )
    h, w, t = k.u(1.0, 2.2), k.u(0.5, 1.2), k.u(0.035, 0.07)
    style = k.n(0, 4)
    post = (
        rod(wood, (0, 0, 0), (0, h, 0), t * 0.8, sides=k.pick([4, 6, 8]))
        if k.chance(0.5)
        else box(wood, t * 1.5, h, t * 1.5)
    )
    if style == 0:  # flag
        cloth = extrude(
            board,
            [[0, 0], [w, 0.05], [w * 0.8, 0.3], [w, 0.55], [0, 0.6]] if k.chance(0.4) else rectangle(w, 0.6, w / 2),
            0.03,
        )
        wave = bend(bounds(cloth), k.u(-1.2, 1.2), 0, 2)
        return join(
            post,
            move(reshape(subdivide(cloth, w / 6), wave), t * 0.3, h - 0.65),
            ball(mark, t * 1.5, t * 1.5, t * 1.5, (0, h, 0), 6),
        )
    if style == 1:  # target or round sign
        n, r = k.round(1.8), w * 0.4
        rings = [
            cylinder(board if i % 2 == 0 else mark, r * (1 - 0.28 * i), 0.06 + 0.012 * i, n) for i in range(k.n(1, 4))
        ]
        face = move(turn(join(rings), "x", 90), 0, h, 0)
        return join(post, face) if k.chance(0.7) else turn(face, "x", 0)
    if style == 2:  # arrows
        parts = [post]
        for i in range(k.n(1, 3)):
            arrow = extrude(
                board, [[-w * 0.4, 0], [w * 0.4, 0], [w * 0.55, 0.11], [w * 0.4, 0.22], [-w * 0.4, 0.22]], 0.05, z=t
            )
            parts.append(
                turn(
                    turn(move(arrow, w * 0.1, h - 0.3 - 0.3 * i), "z", k.rng.normal(0, 3), (0, h, 0)),
                    "y",
                    k.pick([0, 180, k.u(0, 360)]),
                )
            )
        return join(parts)
    shape = k.pick(
        [
            rectangle(w, h * 0.4),
            star(4, w * 0.5, w * 0.36) + [0, w * 0.4],
            star(3, w * 0.5, w * 0.26) + [0, w * 0.35],
            circle8(w * 0.45),
        ]
    )
    face = join(
        extrude(board, shape, 0.05),
        extrude(mark, (shape - shape.mean(0)) * 0.8 + shape.mean(0), 0.08) if k.chance(0.6) else [],
    )
    legs = post if style == 3 else both(move(post, w * 0.35))
    return join(legs, move(face, 0, h * k.u(0.65, 0.9), t * 0.6))


def circle8(r: float) -> np.ndarray:
    """Return an octagon that stands on 0."""
    return star(4, r, r, 22.5) + [0, r * 0.92]


def tent(k: Kit) -> Soup:
    """Return a tent, canopy, umbrella or market stall."""
    cloth, wood = k.mat("cloth"), k.mat("wood")
    w, h, d = k.u(1.2, 2), k.u(0.8, 1.6), k.u(1.2, 2.2)
    style = k.n(0, 3)
    if style == 0:
        s = extrude(cloth, [[-w / 2, 0], [w / 2, 0], [0, h]], d)
        flap = extrude(k.mat("dark"), [[-w * 0.2, 0], [w * 0.2, 0], [0, h * 0.8]], 0.06, z=d / 2)
        return join(s, flap, rod(wood, (0, 0, d / 2), (0, h * 1.1, d / 2), 0.03))
    if style == 1:
        n, sag = k.n(6, 10), k.u(0.1, 0.5)
        r = w * 0.6
        top = lathe(
            cloth,
            [
                [r, h * 1.4],
                [r * 0.98, h * 1.4 + 0.03],
                [r * 0.5, h * 1.4 + sag * 0.8],
                [0.01, h * 1.4 + sag],
                [0.01, h * 1.4 + sag - 0.05],
                [r * 0.5, h * 1.4 + sag * 0.8 - 0.07],
            ],
            n,
            closed=True,
        )
        return join(
            top,
            rod(wood, (0, 0, 0), (0, h * 1.4 + sag, 0), 0.035),
            cylinder(wood, 0.2, 0.08, 8) if k.chance(0.5) else [],
        )
    posts = four(box(wood, 0.08, h * 1.3, 0.08, w / 2, 0, d / 2))
    top = k.pick(
        [
            frustum(cloth, w * 1.2, d * 1.2, 0.4, 0.05, h * 1.3),
            gable(cloth, w, 0.45, d, h * 1.3, 0.12),
            turn(box(cloth, w * 1.2, 0.07, d * 1.25, 0, h * 1.3), "x", 10, (0, h * 1.3, 0)),
        ]
    )
    counter = (
        box(wood, w, h * 0.55, d * 0.4, 0, 0, d * 0.25)
        if k.chance(0.6)
        else box(k.mat("stone"), w * 1.2, 0.08, d * 1.2)
    )
    return join(posts, top, counter)
