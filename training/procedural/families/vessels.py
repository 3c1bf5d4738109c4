"""Vases, bottles, cups, lamps."""

from __future__ import annotations

import numpy as np

from training.procedural.families.furniture import four
from training.procedural.paint import Kit
from training.procedural.solids import (
    ball,
    beam,
    box,
    cylinder,
    frustum,
    hoop,
    lathe,
    rod,
    sweep,
)
from training.procedural.soup import Soup, both, bounds, join, move, row


def torus_handle(mat: int, big: float, small: float, y: float, squash: float = 0.8) -> Soup:
    """Return a bail handle: half a ring that rises from `y`."""
    angle = np.linspace(-0.1, np.pi + 0.1, 10)
    return sweep(mat, np.stack([big * np.cos(angle), y + squash * big * np.sin(angle), 0 * angle], 1), small, 6)


def vessel(k: Kit) -> Soup:
    """Return a vase, pot, jar, urn, jug or amphora: thick walls, a mouth, handles or a lid by chance."""
    clay = k.mat(k.pick(["brick", "paint", "stone", "gold", "plaster", "glass", "leaf"]))
    h, foot, belly, neck = k.u(0.7, 1.5), k.u(0.15, 0.4), k.u(0.3, 0.6), k.u(0.12, 0.4)
    at = k.u(0.3, 0.7)
    keys_y = np.array([0, at * 0.5, at, at + (1 - at) * 0.6, 1.0])
    mid = belly * k.u(0.75, 1.0)
    keys_r = np.array([foot, (foot + belly) / 2 * k.u(0.9, 1.15), belly, mid * 0.5 + neck * 0.5, neck])
    t = np.linspace(0, 1, k.pick([6, 8, 14]))
    radius = np.interp(t, keys_y, keys_r)
    if len(t) > 7:
        radius = np.convolve(np.pad(radius, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    outer = np.stack([radius, t * h], 1)
    lip = neck * k.u(1.0, 1.4)
    wall = 0.06
    inner = np.stack([np.maximum(radius - wall, 0.02), t * h], 1)[::-1][: max(len(t) // 2, 2)]
    profile = np.concatenate([outer, [[lip, h], [lip, h * 1.06], [lip - wall, h * 1.06]], inner])
    n = k.round(1.5)
    parts = [lathe(clay, profile, n)]
    if k.chance(0.3):
        parts.append(lathe(clay, [[foot * 1.3, -h * 0.06], [foot * 1.3, 0], [foot * 0.8, h * 0.04]], n))
    if k.chance(0.3):
        y0, y1 = h * at, h * 0.95
        path = [
            (belly * 0.93, y0, 0),
            (belly * 1.2, y0 + 0.1 * h, 0),
            (belly * 1.15, (y0 + y1) / 2 + 0.1 * h, 0),
            (neck * 0.9, y1, 0),
        ]
        handle = sweep(clay, path, k.u(0.035, 0.06), 6)
        parts.append(both(handle) if k.chance(0.7) else handle)
    if k.chance(0.25):
        lid = lathe(clay, [[lip * 1.05, 0], [lip * 0.9, 0.1], [0.06, 0.16], [0.09, 0.24], [0.02, 0.28]], n)
        parts.append(move(lid, 0, h * 1.05))
    if k.chance(0.2):
        band = k.mat("paint")
        parts.append(hoop(band, belly * 0.9, belly * 1.02, h * at - 0.06, h * at + 0.05, n))
    return join(parts)


def bottle(k: Kit) -> Soup:
    """Return a bottle, potion, can or flask with a label and a cork."""
    glass, label, cork = (
        k.mat(k.pick(["glass", "plastic", "leaf", "light"])),
        k.mat("light"),
        k.mat(k.pick(["wood", "plastic", "metal"])),
    )
    n, h = k.round(1.4), k.u(0.7, 1.1)
    r, neck = k.u(0.14, 0.45), k.u(0.05, 0.1)
    shoulder = k.u(0.35, 0.75)
    if k.chance(0.3):  # round flask
        angle = np.linspace(-1.25, 1.2, 9)
        body = np.stack([r * np.cos(angle), r * (np.sin(angle) + 1)], 1)
        body = np.concatenate([body, [[neck, 2 * r + 0.02]]])
        h = 2 * r + k.u(0.1, 0.3)
    else:
        body = np.array([[r * 0.9, 0], [r, 0.04], [r, h * shoulder], [neck, h * (shoulder + 0.2)]])
    parts = [lathe(glass, np.concatenate([body, [[neck, h], [neck * 1.3, h], [neck * 1.3, h + 0.04]]]), n)]
    if k.chance(0.6) and len(body) == 4:
        parts.append(hoop(label, r * 0.9, r * 1.03, h * shoulder * 0.25, h * shoulder * 0.8, n))
    parts.append(cylinder(cork, neck * k.u(0.8, 1.5), k.u(0.06, 0.14), n, y=h + 0.02))
    s = join(parts)
    return row(s, k.n(2, 3), x=2.3 * r) if k.chance(0.08) else s


def cup(k: Kit) -> Soup:
    """Return a goblet, mug, bowl, plate or pan."""
    clay = k.mat(k.pick(["gold", "metal", "light", "brick", "wood", "glass"]))
    n, r, h = k.round(1.6), k.u(0.25, 0.5), k.u(0.15, 0.9)
    wall = 0.05
    style = k.n(0, 3)
    if style == 0:  # goblet
        stem, y = k.u(0.03, 0.08), k.u(0.2, 0.5)
        profile = [
            [r * 0.8, 0],
            [r * 0.75, 0.05],
            [stem, 0.1],
            [stem * 1.2, y],
            [r * 0.7, y + 0.12],
            [r, y + 0.5],
            [r - wall, y + 0.5],
            [r * 0.6, y + 0.17],
            [0.03, y + 0.1],
        ]
        return lathe(clay, profile, n)
    if style == 1:  # mug
        profile = [[r * 0.9, 0], [r, 0.05], [r * k.u(0.9, 1.1), h], [r * 0.85, h], [r * 0.8, wall]]
        handle = sweep(
            clay,
            [(r * 0.9, h * 0.85, 0), (r * 1.5, h * 0.8, 0), (r * 1.5, h * 0.3, 0), (r * 0.9, h * 0.2, 0)],
            0.045,
            6,
        )
        drink = cylinder(k.mat("earth"), r * 0.86, 0.02, n, y=h * 0.8)
        return join(lathe(clay, profile, n), handle, drink)
    foot = r * k.u(0.4, 0.8)
    depth = h * (0.3 if style == 2 else 0.6)
    bowl = lathe(clay, [[foot, 0], [r * 0.9, depth * 0.5], [r, depth], [r - wall, depth], [foot * 0.9, wall * 0.8]], n)
    if k.chance(0.4):
        bowl = join(
            bowl,
            both(
                sweep(
                    clay,
                    [(r * 0.95, depth * 0.9, -0.12), (r * 1.25, depth * 0.95, 0), (r * 0.95, depth * 0.9, 0.12)],
                    0.03,
                    6,
                )
            ),
        )
    elif k.chance(0.3):
        bowl = join(bowl, beam(k.mat("dark"), (r * 0.9, depth * 0.8, 0), (r * 2.4, depth * 1.1, 0), 0.1, 0.05))
    if k.chance(0.5):
        for _ in range(k.n(1, 6)):
            size = r * k.u(0.15, 0.4)
            bowl = join(
                bowl, ball(k.mat("fruit"), size, size, size, (k.u(-0.4, 0.4) * r, depth * 0.7, k.u(-0.4, 0.4) * r), 8)
            )
    return bowl


def lamp(k: Kit) -> Soup:
    """Return a floor lamp, table lamp, lantern, street light, torch or candle."""
    metal, glow = k.mat(k.pick(["metal", "iron", "gold", "dark_wood", "leaf"])), k.mat("glow")
    style, n = k.n(0, 4), k.round()
    if style <= 1:  # standing lamp with a shade
        h, r = k.pick([k.u(1.3, 1.8), k.u(0.3, 0.6)]), k.u(0.18, 0.3)
        shade = k.mat(k.pick(["light", "cloth"]))
        high = k.u(0.2, 0.4)
        foot = cylinder(metal, r * k.u(0.5, 0.9), 0.05, n, r * 0.4)
        pole = (
            rod(metal, (0, 0, 0), (0, h, 0), k.u(0.014, 0.03), sides=6)
            if h > 1
            else lathe(metal, [[0.08, 0.04], [k.u(0.06, 0.15), h * 0.4], [0.03, h]], n)
        )
        return join(foot, pole, lathe(shade, [[r, h - 0.05], [r * k.u(0.4, 0.9), h - 0.05 + high]], n))
    if style == 2:  # lantern
        w, h = k.u(0.3, 0.5), k.u(0.45, 0.8)
        s = join(
            box(metal, w * 1.15, 0.06, w * 1.15),
            box(glow, w * 0.8, h, w * 0.8, 0, 0.05),
            four(box(metal, 0.05, h, 0.05, w / 2, 0.04, w / 2)),
            box(metal, w * 1.15, 0.05, w * 1.15, 0, h + 0.04),
            frustum(metal, w * 1.1, w * 1.1, k.u(0.1, 0.3), k.u(0.1, 0.5), h + 0.08),
        )
        return join(s, torus_handle(metal, w * 0.3, 0.022, h + 0.15)) if k.chance(0.6) else s
    if style == 3:  # street light
        h, r = k.u(2.5, 4), k.u(0.04, 0.07)
        base = k.mat("stone")
        head = join(
            frustum(metal, 0.2, 0.2, 0.06, 1.5),
            frustum(glow, 0.26, 0.26, 0.4, 1.4, 0.05),
            frustum(metal, 0.44, 0.44, 0.18, 0.2, 0.45),
        )
        arms = k.n(0, 2)
        s = join(frustum(base, 0.4, 0.4, 0.35, 0.7), cylinder(metal, r * 1.5, h * 0.3, n), cylinder(metal, r, h, n))
        if arms == 0:
            return join(s, move(head, 0, h))
        arm = join(
            beam(metal, (0, h * 0.95, 0), (0.6, h, 0), 0.05),
            move(head, 0.6, h - 0.62),
            rod(metal, (0.6, h, 0), (0.6, h - 0.1, 0), 0.03),
        )
        return join(s, both(arm) if arms == 2 else arm)
    wax = k.mat("light")
    if k.chance(0.5):
        one = join(cylinder(wax, 0.1, k.u(0.2, 0.6), n), ball(glow, 0.05, 0.1, 0.05, (0, 0.65, 0), 6))
        h = bounds(one)[1, 1]
        dish = lathe(metal, [[0.22, -0.05], [0.26, 0.04], [0.22, 0.04], [0.18, 0]], n)
        return join(cylinder(wax, 0.09, h - 0.14, n), ball(glow, 0.05, 0.1, 0.05, (0, h - 0.05, 0), 6), dish)
    wood = k.mat("wood")
    flame = lathe(glow, [[0.06, 0], [0.15, 0.12], [0.09, 0.3], [0.01, 0.45]], 6)
    return join(
        rod(wood, (0, 0, 0), (0, 0.9, 0), 0.04, 0.07),
        lathe(metal, [[0.07, 0.8], [0.13, 0.95], [0.1, 0.95]], n),
        move(flame, 0, 0.93),
    )
