"""Fruit, vegetables, bread, cakes, burgers, sweets."""
# ruff: noqa: RUF005 (sums of arrays)

from __future__ import annotations

import numpy as np

from training.procedural.carve import cut_away
from training.procedural.paint import Kit
from training.procedural.solids import ball, box, circle, cylinder, extrude, lathe, sweep, torus
from training.procedural.soup import Soup, join, move, reshape, ring, row, scale, turn


def fruit(k: Kit) -> Soup:
    """Return a fruit or vegetable turned from a profile, ribbed by chance, with a stalk and leaves."""
    skin, stalk, leaf = k.mat(k.pick(["fruit", "fruit", "leaf", "bread"])), k.mat("bark"), k.mat("leaf")
    n = max(k.round(1.4), 6)
    t = np.linspace(-np.pi / 2, np.pi / 2, k.pick([5, 7, 12]))
    r, h, skew, dent = k.u(0.35, 0.6), k.u(0.35, 1.0), k.u(-0.35, 0.35), k.pick([0.0, 0.12])
    profile = np.stack([r * np.cos(t) * (1 + skew * np.sin(t)), h * np.sin(t)], 1)
    profile[-1, 1] -= dent
    profile[0, 1] += dent
    body = lathe(skin, profile, n)
    if k.chance(0.35):  # ribs of a pumpkin
        count, depth = k.n(5, 9), k.u(0.04, 0.14)
        body = lathe(skin, profile, count * 4)
        body = reshape(
            body,
            lambda p: p * (1 + depth * np.stack([(c := np.cos(count * np.arctan2(p[:, 2], p[:, 0]))), 0 * c, c], 1)),
        )
    top = h - dent
    parts = [body]
    if k.chance(0.8):
        bend_to = k.rng.normal(0, 0.12)
        parts.append(
            sweep(
                stalk if k.chance(0.6) else leaf,
                [(0, top - 0.05, 0), (0, top + 0.1, 0), (bend_to, top + k.u(0.15, 0.35), 0)],
                [0.08, 0.05, 0.04],
                5,
            )
        )
    if k.chance(0.45):
        one = ball(leaf, 0.25, 0.04, 0.1, (0.22, 0, 0), 6)
        parts.append(move(ring(turn(one, "z", k.u(0, 60)), k.n(1, 7)), 0, top + 0.02, 0))
    s = join(parts)
    if k.chance(0.15):
        return row(scale(s, 0.5), 2, x=0.65)
    return turn(s, "z", k.u(60, 110)) if k.chance(0.15) else s


def burger(k: Kit) -> Soup:
    """Return a stack of layers: burger, sandwich, cake, pancakes, sushi."""
    bread = k.mat("bread")
    n, square, y = k.round(1.6), k.chance(0.3), 0.0
    parts = []
    layers = k.n(2, 7)
    for i in range(layers):
        end = i in (0, layers - 1)
        mat = bread if end else k.mat(k.pick(["meat", "leaf", "glow", "fruit", "light"]))
        r, h = k.u(0.48, 0.56) * (1.0 if end else k.u(0.95, 1.12)), k.u(0.1, 0.25) if end else k.u(0.05, 0.14)
        if square:
            parts.append(box(mat, 2 * r, h, 1.8 * r, 0, y, 0, k.u(0, 0.3)))
        elif i == layers - 1 and k.chance(0.7):
            t = np.linspace(0, np.pi / 2, 5)
            h = k.u(0.25, 0.45)
            parts.append(
                lathe(mat, np.concatenate([[[r * 0.9, y]], np.stack([r * np.cos(t), y + 0.03 + h * np.sin(t)], 1)]), n)
            )
        elif not end and k.chance(0.3):
            parts.append(turn(box(mat, 1.7 * r, h * 0.6, 1.7 * r, 0, y), "y", k.u(0, 90)))
        else:
            parts.append(lathe(mat, [[r * 0.92, y], [r, y + h * 0.3], [r, y + h * 0.7], [r * 0.92, y + h]], n))
        y += h * 0.96
    if k.chance(0.2):
        parts.append(lathe(k.mat("light"), [[0.5, -0.06], [0.8, 0.0], [0.78, 0.03], [0.5, 0.0]], n))
    s = join(parts)
    if not square and k.chance(0.2):  # a slice
        return wedge(k)
    return s


def wedge(k: Kit) -> Soup:
    """Return a slice of cake, pie, pizza, cheese or melon."""
    crust, filling = k.mat("bread"), k.mat(k.pick(["fruit", "glow", "light", "meat"]))
    a, h = k.u(0.4, 1.2), k.u(0.08, 0.5)
    t = np.linspace(-a / 2, a / 2, 6)
    outline = np.concatenate([[[0, 0]], np.stack([np.sin(t), np.cos(t)], 1)])
    layers = k.n(1, 3)
    parts = [
        turn(
            extrude(
                filling if i % 2 else crust, outline[::-1] * (1 - 0.015 * (i % 2)), h / layers, z=(i + 0.5) * h / layers
            ),
            "x",
            -90,
        )
        for i in range(layers)
    ]
    rim = np.stack([np.sin(t), np.full(6, h / 2), -np.cos(t)], 1)
    parts.append(sweep(crust, rim, h * 0.62, 6))
    if k.chance(0.5):
        parts += [
            ball(k.mat("fruit"), 0.09, 0.05, 0.09, (k.u(-0.15, 0.15), h, -k.u(0.4, 0.8)), 8) for _ in range(k.n(1, 4))
        ]
    return join(parts)


def bread(k: Kit) -> Soup:
    """Return a loaf, sausage, doughnut, drumstick, lollipop, ice cream, egg, fish fillet or skewer."""
    crust, second = k.mat(k.pick(["bread", "meat", "fruit"])), k.mat(k.pick(["light", "fruit", "bone"]))
    style, n = k.n(0, 6), k.round(1.2)
    if style == 0:
        return ball(crust, k.u(0.5, 0.9), k.u(0.2, 0.35), k.u(0.25, 0.4), sides=n)
    if style == 1:  # sausage or banana
        t = np.linspace(-1, 1, 9)
        path = np.stack([t, k.u(0, 0.5) * t**2, 0 * t], 1)
        return sweep(crust, path, k.u(0.14, 0.25) * (1 - np.abs(t) ** 6 * 0.7), n)
    if style == 2:
        body = torus(crust, 0.4, k.u(0.15, 0.25), k.round(2), 8)
        return join(body, icing(k, second))
    if style == 3:  # drumstick
        bone = k.mat("bone")
        return join(
            lathe(crust, [[0.05, 0], [0.28, 0.3], [0.3, 0.55], [0.12, 0.8]], n),
            cylinder(bone, 0.05, 0.4, 6, y=0.7),
            ball(bone, 0.07, 0.07, 0.07, (0.05, 1.1, 0), 6),
            ball(bone, 0.07, 0.07, 0.07, (-0.05, 1.1, 0), 6),
        )
    if style == 4:  # cone or lollipop
        if k.chance(0.5):
            stick = cylinder(second, 0.035, 0.8, 6)
            return (
                join(stick, turn(move(cylinder(crust, 0.3, 0.12, n, y=-0.06), 0, 0, 0), "x", 90, (0, 0, 0)))
                if k.chance(0.3)
                else join(stick, ball(crust, 0.28, 0.28, 0.2, (0, 0.95, 0), n))
            )
        cone = lathe(k.mat("bread"), [[0.02, 0], [0.25, 0.7]], n)
        return join(
            cone,
            [
                ball(k.mat("light"), 0.25 - 0.04 * i, 0.22, 0.25 - 0.04 * i, (0, 0.78 + 0.28 * i, 0), n)
                for i in range(k.n(1, 3))
            ],
        )
    if style == 5:  # skewer
        stick = k.mat("wood")
        parts = [sweep(stick, [(-1, 0, 0), (1, 0, 0)], 0.03, 5)]
        mats = [k.mat("fruit"), k.mat("leaf"), crust]
        for i in range(k.n(3, 6)):
            r = k.u(0.12, 0.22)
            one = (
                box(mats[i % 3], r, r * 1.6, r * 1.6, 0, -r * 0.8, 0, 0.2)
                if k.chance(0.5)
                else ball(mats[i % 3], r, r, r, sides=8)
            )
            parts.append(move(one, -0.7 + 0.28 * i))
        return join(parts)
    block = box(crust, 1, k.u(0.25, 0.6), k.u(0.4, 0.8), bevel=k.u(0, 0.3))  # cheese, bar, loaf with bites
    cutters = [
        move(ball(second, r, r, r, sides=8), k.u(-0.5, 0.5), k.u(0.1, 0.5), 0.35)
        for r in k.rng.uniform(0.08, 0.2, k.n(1, 3))
    ]
    return cut_away(block, cutters)


def icing(k: Kit, mat: int) -> Soup:
    """Return the icing of a doughnut."""
    return lathe(mat, circle(8, 0.2, 0.15) + [0.4, 0.11], k.round(2), closed=True)
