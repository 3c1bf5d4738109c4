"""Crates, chests, barrels, pallets, books, appliances, rings."""

from __future__ import annotations

import numpy as np

from training.procedural.families.furniture import four
from training.procedural.families.vessels import torus_handle
from training.procedural.outline import rectangle
from training.procedural.paint import Kit
from training.procedural.solids import (
    beam,
    box,
    circle,
    cylinder,
    extrude,
    hoop,
    lathe,
    rod,
    sweep,
    torus,
)
from training.procedural.soup import Soup, both, bounds, join, move, ring, row, scale, turn


def crate(k: Kit) -> Soup:
    """Return a crate or box: framed, crossed, slatted, with a lid, open, or a parcel with a band."""
    wood = k.mat(k.pick(["wood", "wood", "paint", "metal", "plastic"]))
    rim = wood if k.chance(0.4) else k.mat(k.pick(["wood", "metal", "dark_wood"]))
    w, h, d = k.u(0.6, 1.4), k.u(0.4, 1.2), k.u(0.6, 1.2)
    if k.chance(0.3):
        w = h = d = 1.0
    t = k.u(0.05, 0.12)
    style = k.n(0, 4)
    if style == 0:  # parcel
        return join(
            box(wood, w, h, d, bevel=k.bevel),
            box(rim, w * 1.01, h * 1.01, d * k.u(0.12, 0.3), 0, -h * 0.005),
            box(rim, w * 0.3, h * 0.2, 0.02, w * 0.2, h * 0.3, d / 2),
        )
    if style == 1:  # open, slatted
        n = k.n(2, 4)
        board = h / n
        walls = join(
            both(box(wood, w, board * 0.8, t * 0.6, 0, 0, d / 2), "z"), both(box(wood, t * 0.6, board * 0.8, d, w / 2))
        )
        return join(
            box(wood, w, t, d), row(walls, n, y=board), four(box(rim, t, h, t, w / 2 - t * 0.7, 0, d / 2 - t * 0.7))
        )
    body = box(wood, w - t * 0.6, h - t * 0.6, d - t * 0.6, 0, t * 0.3)
    edges = join(
        four(box(rim, t, h, t, w / 2 - t / 2, 0, d / 2 - t / 2)),
        both(row(box(rim, w, t, t, 0, 0, d / 2 - t / 2), 2, y=h - t), "z"),
        both(row(box(rim, t, t, d, w / 2 - t / 2), 2, y=h - t)),
    )
    if style == 2:
        a, b = (-w / 2 + t, t / 2, d / 2 - t * 0.4), (w / 2 - t, h - t / 2, d / 2 - t * 0.4)
        cross = both(beam(rim, a, b, t * 0.8), "z")
        return join(
            body,
            edges,
            cross,
            both(beam(rim, (w / 2 - t * 0.4, t, -d / 2 + t), (w / 2 - t * 0.4, h - t, d / 2 - t), t * 0.8)),
        )
    return join(body, edges)


def chest(k: Kit) -> Soup:
    """Return a treasure chest with a round or flat lid, bands and a lock, closed or open."""
    wood, iron, lock = (
        k.mat(k.pick(["wood", "dark_wood", "paint"])),
        k.mat(k.pick(["metal", "gold", "iron"])),
        k.mat("gold"),
    )
    w, h, d = k.u(0.9, 1.4), k.u(0.4, 0.6), k.u(0.5, 0.8)
    t = 0.06
    round_lid = k.chance(0.7)
    angle = np.linspace(0, np.pi, k.n(4, 9))
    bulge = k.u(0.25, 0.5) * d if round_lid else 0.15
    outline = np.stack([d / 2 * np.cos(angle), bulge * np.sin(angle)], 1) if round_lid else rectangle(d, bulge)
    if round_lid:
        outline = np.concatenate([[[-d / 2, -0.05], [d / 2, -0.05]], outline])
    lid = turn(extrude(wood, outline, w), "y", 90)
    band = turn(extrude(iron, outline * [1.06, 1.06], t * 1.4), "y", 90)
    bands = k.n(2, 3)
    lid = join(lid, row(band, bands, x=w * 0.84 / (bands - 1)))
    if k.chance(0.2):
        lid = turn(lid, "x", -k.u(20, 80), (0, 0, -d / 2))
        base = join(
            box(wood, w, 0.05, d),
            both(box(wood, t, h, d, w / 2 - t / 2)),
            both(box(wood, w, h, t, 0, 0, d / 2 - t / 2), "z"),
        )
        base = join(base, box(lock, w * 0.85, h * 0.8, d * 0.8, 0, 0, 0, 0.2) if k.chance(0.5) else base)
    else:
        base = box(wood, w, h, d)
    straps = row(box(iron, t * 1.4, h * 1.01, d * 1.04), bands, x=w * 0.84 / (bands - 1))
    return join(
        base,
        straps,
        move(lid, 0, h),
        box(lock, 0.16, 0.2, 0.08, 0, h - 0.12, d / 2 + 0.02),
        box(iron, w * 1.01, t, d * 1.02, 0, h - t),
    )


def barrel(k: Kit) -> Soup:
    """Return a barrel, drum, bucket or bin, standing or lying."""
    wood, iron = (
        k.mat(k.pick(["wood", "dark_wood", "metal", "paint", "plastic"])),
        k.mat(k.pick(["metal", "iron", "gold"])),
    )
    r, h, bulge = k.u(0.3, 0.45), k.u(0.7, 1.1), k.pick([0.0, k.u(0.05, 0.3)])
    n = k.round(1.3)
    t = np.linspace(0, 1, 3 if not bulge else 7)
    radius = r * (1 + bulge * (1 - (2 * t - 1) ** 2))
    profile = np.stack([radius, t * h], 1)
    inner = [[r * 0.88, h], [r * 0.88, h * k.u(0.9, 0.96)]]
    if k.chance(0.2):  # open
        inner = [[r * 0.9, h], [r * 0.8, h * 0.12]]
    parts = [lathe(wood, np.concatenate([profile, inner]), n)]
    for y in k.pick([[0.08, 0.92], [0.12, 0.32, 0.68, 0.88], [0.05, 0.35, 0.65, 0.95], [0.2, 0.8]]):
        at = r * (1 + bulge * (1 - (2 * y - 1) ** 2))
        half = k.u(0.025, 0.05)
        parts.append(hoop(iron, at * 0.9, at * 1.05, (y - half) * h, (y + half) * h, n))
    if k.chance(0.15):
        parts.append(torus_handle(iron, r * 0.95, 0.025, h))
    s = join(parts)
    if k.chance(0.15):
        s = turn(s, "z", 90)
        s = move(s, 0, -bounds(s)[0, 1])
        s = join(s, row(box(wood, 0.1, r * 0.5, r * 2, -h / 2), 2, x=h * 0.6)) if k.chance(0.5) else s
    return s


def pallet(k: Kit) -> Soup:
    """Return a pallet, perhaps with a stack of boxes, sacks, barrels or bricks."""
    wood = k.mat("wood")
    n = k.n(4, 7)
    s = join(
        row(box(wood, 1.2 / n * 0.85, 0.05, 1.0, 0, 0.15), n, x=1.2 / n),
        row(box(wood, 1.2, 0.11, 0.12, 0, 0.04), 3, z=0.42),
        row(box(wood, 1.2, 0.04, 0.14), 3, z=0.42),
    )
    style = k.n(0, 3)
    if style == 1:
        goods = k.mat("any")
        side = k.n(1, 3)
        one = box(goods, 1.1 / side * 0.93, 0.4, 0.95 / side * 0.93, 0, 0, 0, k.bevel + 0.03)
        layer = row(row(one, side, x=1.1 / side), side, z=0.95 / side)
        s = join(s, move(row(layer, k.n(1, 3), y=0.41), 0, 0.2))
    elif style == 2:
        drum = scale(barrel(k), 0.55)
        drum = move(drum, 0, -bounds(drum)[0, 1])
        s = join(s, move(row(row(drum, 2, x=0.55), 2, z=0.5), 0, 0.2))
    return s


def book(k: Kit) -> Soup:
    """Return a book or a pile of books."""
    parts, y = [], 0.0
    for _ in range(k.pick([1, 1, 2, 3, 5])):
        cover, page = k.mat("cloth"), k.mat("light")
        w, d, t = k.u(0.5, 0.7), k.u(0.7, 1.0), k.u(0.12, 0.3)
        one = join(
            box(cover, w, 0.035, d),
            box(cover, w, 0.035, d, 0, t - 0.035),
            box(cover, 0.035, t, d, -w / 2),
            box(page, w * 0.95, t - 0.05, d * 0.95, -0.01, 0.02),
        )
        parts.append(move(turn(one, "y", k.u(-25, 25)), 0, y))
        y += t
    s = join(parts)
    return turn(s, "z", 90) if k.chance(0.15) else s


def appliance(k: Kit) -> Soup:
    """Return a fridge, washer, oven, television, monitor, computer or radio."""
    body, dark, detail = (
        k.mat(k.pick(["light", "metal", "paint"])),
        k.mat("dark"),
        k.mat(k.pick(["metal", "plastic", "glow"])),
    )
    style = k.n(0, 3)
    if style == 0:  # screen
        w, h = k.u(0.8, 1.5), k.u(0.5, 0.85)
        t = k.pick([0.06, 0.1, 0.5])
        stand = (
            join(box(body, w * 0.1, 0.2, 0.06), box(body, w * 0.4, 0.04, 0.3))
            if t < 0.2
            else four(rod(dark, (w * 0.35, 0, t * 0.4), (w * 0.3, 0.16, t * 0.3), 0.03))
        )
        return join(
            stand,
            box(body, w, h, t, 0, 0.15, 0, k.bevel),
            box(dark, w * 0.9, h * 0.86, 0.03, 0, 0.15 + h * 0.07, t / 2),
        )
    w, h, d = k.u(0.55, 0.9), k.u(0.7, 1.8), k.u(0.5, 0.75)
    parts = [box(body, w, h, d, bevel=k.bevel * 0.4)]
    if style == 1:  # fridge
        y = h * k.u(0.3, 0.7)
        parts += [
            box(body, w * 0.98, y - 0.02, 0.06, 0, 0.02, d / 2 + 0.02),
            box(body, w * 0.98, h - y - 0.02, 0.06, 0, y + 0.01, d / 2 + 0.02),
        ]
        parts += [
            box(detail, 0.04, h * 0.15, 0.05, -w * 0.38, y * 0.6, d / 2 + 0.06),
            box(detail, 0.04, h * 0.12, 0.05, -w * 0.38, y + 0.1, d / 2 + 0.06),
        ]
        return join(parts)
    n = k.round(1.6)
    h0 = min(h, 0.95)
    parts = [box(body, w, h0, d, bevel=k.bevel * 0.3)]
    if style == 2:  # washer
        port = turn(join(cylinder(detail, w * 0.34, 0.06, n), cylinder(dark, w * 0.27, 0.08, n)), "x", 90)
        parts += [move(port, 0, h0 * 0.45, d / 2), box(dark, w * 0.3, h0 * 0.08, 0.02, w * 0.22, h0 * 0.86, d / 2)]
    else:  # oven
        parts += [
            box(dark, w * 0.76, h0 * 0.42, 0.04, 0, h0 * 0.18, d / 2),
            box(detail, w * 0.7, 0.04, 0.08, 0, h0 * 0.66, d / 2),
        ]
        plate = cylinder(dark, w * 0.17, 0.03, n, y=h0)
        parts.append(four(move(plate, w * 0.24, 0, d * 0.24)))
    knob = turn(cylinder(detail, w * 0.045, 0.05, 8), "x", 90)
    parts.append(move(row(knob, k.n(2, 5), x=w * 0.14), 0, h0 * 0.88, d / 2))
    return join(parts)


def ring_thing(k: Kit) -> Soup:
    """Return a ring, tyre, coin, gear-like wheel, rope coil or chain."""
    mat = k.mat(k.pick(["gold", "metal", "dark", "wood", "plastic"]))
    style = k.n(0, 3)
    if style == 0:  # tyre with hub
        hub = k.mat("metal")
        s = join(
            torus(mat, 0.75, k.u(0.18, 0.3), k.round(2), 8),
            cylinder(hub, 0.58, 0.16, k.round(1.6), y=-0.08),
            cylinder(hub, 0.15, 0.3, 8, y=-0.15),
        )
        return s if k.chance(0.2) else turn(s, "x", 90)
    if style == 1:  # coin or medal
        s = join(
            lathe(mat, [[0.9, -0.06], [1, -0.05], [1, 0.05], [0.9, 0.06]], k.round(2)),
            torus(mat, 0.85, 0.07, k.round(2), 6),
        )
        return turn(s, "x", 90)
    if style == 2:  # chain
        half = circle(10, 0.28, 0.5)
        link = sweep(mat, np.column_stack([half, np.zeros(10)]), 0.07, 6, closed=True)
        count = k.n(2, 6)
        return join([move(turn(link, "y", 90 * (i % 2)), 0, i * 0.74) for i in range(count)])
    t = np.linspace(0, 2 * np.pi * k.u(1.5, 4), 60)
    rise = 0.12 * t / (2 * np.pi)
    return sweep(mat, np.stack([np.cos(t), rise * k.u(0.9, 2.5), np.sin(t)], 1) * [0.6, 1, 0.6], 0.065, 6)


def cap_stack(k: Kit) -> Soup:
    """Return stacked rings or discs, as of a cable reel, a dumbbell, a spool, a tap."""
    a, b = k.mat("any"), k.mat("any")
    n, y, parts = k.round(1.4), 0.0, []
    for i in range(k.n(2, 6)):
        h, r = k.u(0.08, 0.6), k.u(0.15, 0.6)
        parts.append(lathe(a if i % 2 else b, [[r, y], [r * k.u(0.8, 1.1), y + h]], n))
        y += h
    s = join(parts)
    return (
        turn(s, k.pick(["x", "z"]), 90)
        if k.chance(0.4)
        else join(s, ring(box(a, 0.1, y * 0.4, 0.1, 0.5), k.n(3, 6)))
        if k.chance(0.2)
        else s
    )
