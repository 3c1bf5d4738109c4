"""Walls, pillars, towers, houses, stairs, arches, rubble, terrain tiles."""
# ruff: noqa: RUF005 (sums of arrays)

from __future__ import annotations

import numpy as np

from training.procedural.carve import cut_away
from training.procedural.families.furniture import four
from training.procedural.families.street import curve
from training.procedural.outline import arch, rectangle
from training.procedural.paint import Kit
from training.procedural.solids import ball, beam, box, cylinder, extrude, frustum, gable, hull, lathe, rod
from training.procedural.soup import Soup, both, bounds, join, move, ring, row, turn


def wall(k: Kit) -> Soup:
    """Return a piece of wall: plain, with openings, battlements, a coping, pillars, or broken."""
    stone, trim = (
        k.mat(k.pick(["stone", "brick", "plaster", "wood", "paint"])),
        k.mat(k.pick(["stone", "wood", "paint"])),
    )
    w, h, t = k.u(0.8, 2.4), k.u(0.7, 2.2), k.u(0.1, 0.4)
    style = k.n(0, 4)
    if style == 0:  # broken top
        n = k.n(4, 9)
        x = np.linspace(w / 2, -w / 2, n)
        y = h * np.clip(np.linspace(k.u(0.3, 1), k.u(0.3, 1), n) + k.rng.normal(0, 0.12, n), 0.15, 1)
        s = extrude(stone, np.concatenate([[[-w / 2, 0], [w / 2, 0]], np.stack([x, y], 1)]), t)
    elif style == 1:  # battlements
        n = k.n(2, 4)
        s = join(box(stone, w, h * 0.8, t), row(box(stone, w / n * 0.55, h * 0.25, t, 0, h * 0.78), n, x=w / n))
    elif style == 2:  # openings
        shape = arch if k.chance(0.4) else rectangle
        n = 1 if w < 1.6 else k.n(1, 2)
        ow, is_door = w / n * k.u(0.35, 0.6), k.chance(0.4)
        oh = h * (0.8 if is_door else k.u(0.4, 0.55))
        oh, y = max(oh, ow * 0.6), 0.002 * h if is_door else h * k.u(0.2, 0.3)
        holes = [shape(ow, min(oh, h * 0.92 - y), (i - (n - 1) / 2) * w / n, y) for i in range(n)]
        s = extrude(stone, rectangle(w, h), t, holes)
        if k.chance(0.6):
            frames = [extrude(trim, (hole - hole.mean(0)) * 1.16 + hole.mean(0), t * 1.3, [hole]) for hole in holes]
            s = join(s, frames if not is_door else [])
        if k.chance(0.3) and not is_door:
            s = join(s, [box(k.mat("glass"), ow * 1.02, oh, t * 0.2, float(hole[:, 0].mean()), y) for hole in holes])
    elif style == 3:  # ribs
        n = k.n(2, 6)
        s = join(box(stone, w, h, t), row(box(trim, w / n * k.u(0.1, 0.5), h, t * k.u(1.2, 1.8)), n, x=w / n))
    else:
        s = box(stone, w, h, t)
        if k.chance(0.5):
            grid = row(row(box(trim, w * 0.2, h * 0.1, t * 1.08, w * 0.05), 2, x=w * 0.45), k.n(1, 3), y=h * 0.3)
            s = join(s, move(grid, 0, h * 0.15))
    if style not in (0, 1) and k.chance(0.5):
        s = join(s, box(trim, w * 1.04, h * 0.08, t * 1.4, 0, h * 0.97))
    if k.chance(0.4):
        s = join(s, box(trim, w * 1.03, h * k.u(0.06, 0.2), t * 1.3))
    if k.chance(0.25):
        s = join(s, both(box(trim, t * 1.3, h * 1.1, t * 1.5, w / 2)))
    return curve(k, s)


def pillar(k: Kit) -> Soup:
    """Return a column, obelisk, pedestal, bollard or chimney."""
    stone, trim = (
        k.mat(k.pick(["stone", "plaster", "wood", "brick", "metal"])),
        k.mat(k.pick(["stone", "brick", "metal"])),
    )
    h, r, n = k.u(0.9, 3), k.u(0.15, 0.35), k.pick([4, k.round(), k.round()])
    top = r * k.u(0.5, 1)
    parts = [lathe(stone, [[r, 0], [top, h]], n)]
    if k.chance(0.8):
        b = k.u(0.08, 0.25)
        parts.append(lathe(trim, [[r * 1.5, 0], [r * 1.5, b], [r * 1.05, b * 1.6]], k.pick([4, n])))
    style = k.n(0, 4)
    if style == 0:
        parts.append(lathe(trim, [[top, h - 0.2], [top * 1.5, h - 0.05], [top * 1.5, h + 0.08]], k.pick([4, n])))
    elif style == 1:
        parts.append(lathe(stone, [[top * 1.2, h - 0.02], [top * 1.2, h + 0.1], [0.01, h + k.u(0.2, 0.7)]], n))
    elif style == 2:
        parts.append(ball(trim, top, top, top, (0, h + top * 0.8, 0), k.round()))
    elif style == 3:
        parts.append(lathe(stone, [[top, h * 0.6], [top * 1.35, h * 0.62], [top * 1.35, h * 0.7], [top, h * 0.72]], n))
    if k.chance(0.2):
        parts.append(row(lathe(trim, [[r, 0], [r * 1.2, 0.02], [r * 1.2, h * 0.08], [r, h * 0.1]], n), 2, y=h * 0.5))
    s = join(parts)
    if k.chance(0.15):
        return row(s, 2, x=h * 0.6)
    return cutoff(k, stone, h, r, n) if k.chance(0.1) else s


def cutoff(k: Kit, mat: int, h: float, r: float, n: int) -> Soup:
    """Return a column broken off aslant."""
    body = cylinder(mat, r, h, n, r * 0.9)
    knife = turn(box(mat, 8 * r, 4 * h, 8 * r, 0, h * k.u(0.5, 0.8)), "z", k.u(10, 30), (0, h * 0.6, 0))
    return join(cut_away(body, [knife]), box(mat, 2.8 * r, 0.12, 2.8 * r))


def tower(k: Kit) -> Soup:
    """Return a round, square or polygonal tower with storeys, battlements or a roof, windows and a door."""
    stone, roof, dark = (
        k.mat(k.pick(["stone", "plaster", "brick", "wood"])),
        k.mat(k.pick(["brick", "paint", "wood"])),
        k.mat("dark"),
    )
    n, r, y = k.pick([4, 6, 8, k.round(1.5)]), k.u(0.5, 0.9), 0.0
    parts = []
    square = 1.4 if n == 4 else 1.0
    for i in range(k.n(1, 3)):
        h, narrow = k.u(0.6, 1.8), k.u(0.82, 1)
        parts.append(lathe(stone, [[r * square, y], [r * narrow * square, y + h]], n))
        if k.chance(0.5):
            parts.append(
                lathe(
                    roof if k.chance(0.5) else stone,
                    [[r * square, y + h - 0.12], [r * 1.12 * square, y + h - 0.05], [r * 1.12 * square, y + h + 0.05]],
                    n,
                )
            )
        if i == 0 and k.chance(0.6):
            parts.append(extrude(dark, arch(r * 0.5, min(h * 0.7, 0.9), steps=4), 0.16, z=r * (1 if n == 4 else 0.97)))
        elif k.chance(0.6):
            window = extrude(dark, arch(r * 0.25, r * 0.5, y=y + h * 0.4, steps=4), 0.1, z=r * narrow)
            parts.append(ring(window, k.n(1, 4)))
        r, y = r * narrow, y + h
    if k.chance(0.5):  # battlements
        parts.append(
            lathe(
                stone,
                [
                    [r * square * 0.95, y - 0.15],
                    [r * 1.2 * square, y],
                    [r * 1.2 * square, y + 0.2],
                    [r * square, y + 0.2],
                    [r * square, y + 0.05],
                ],
                n,
            )
        )
        count = k.n(5, 9) if n > 4 else 8
        block = box(stone, 0.22 * r * 1.5, 0.25, 0.18, 0, y + 0.15, r * 1.1)
        parts.append(
            ring(block, count)
            if n > 4
            else row(row(box(stone, 0.3 * r, 0.25, 0.3 * r, 0, y + 0.15), 2, x=2 * r), 3, z=r)
        )
    else:
        h = k.u(0.5, 1.6)
        parts.append(lathe(roof, [[r * 1.05 * square, y - 0.05], [r * 1.3 * square, y], [0.01, y + h]], n))
        if k.chance(0.3):
            flag = k.mat("cloth")
            parts += [
                rod(dark, (0, y + h * 0.9, 0), (0, y + h * 1.5, 0), 0.025),
                box(flag, 0.5, 0.28, 0.03, 0.25, y + h * 1.2),
            ]
    return join(parts)


def house(k: Kit) -> Soup:
    """Return a house, hut, barn, shop or block of flats."""
    plaster, roof, trim, glass = (
        k.mat(k.pick(["plaster", "wood", "brick", "paint", "stone"])),
        k.mat(k.pick(["brick", "paint", "wood", "stone"])),
        k.mat("wood"),
        k.mat(k.pick(["glass", "dark"])),
    )
    w, h, d, floors = k.u(1.2, 2.6), k.u(0.8, 1.1), k.u(1.2, 2.2), k.pick([1, 1, 2, 2, 3, 5])
    total = h * floors
    parts = [box(plaster, w, total, d)]
    style = k.n(0, 3)
    rise = k.u(0.4, 1.1)
    if style <= 1:
        parts.append(gable(plaster, w * 0.98, rise, d * 0.98, total - 0.01))
        slope = np.hypot(w / 2, rise)
        tile = box(roof, slope * 1.2, 0.1, d * 1.15, slope * 0.6 - 0.05, -0.02)
        side = move(turn(tile, "z", -np.degrees(np.arctan2(rise, w / 2))), 0, total + rise)
        parts.append(both(side))
    elif style == 2:
        parts.append(frustum(roof, w * 1.15, d * 1.15, rise, k.u(0, 0.6), total))
    else:
        parts += [
            box(roof, w * 1.05, 0.15, d * 1.05, 0, total - 0.05),
            both(box(plaster, 0.1, 0.3, d, w / 2 - 0.05, total)),
            both(box(plaster, w, 0.3, 0.1, 0, total, d / 2 - 0.05), "z"),
        ]
    columns = k.n(1, 3)
    for floor in range(floors):
        for i in range(columns):
            x, y = (i - (columns - 1) / 2) * w / columns, floor * h
            if floor == 0 and i == columns // 2:
                parts += [box(trim, 0.36, h * 0.75, 0.08, x, 0, d / 2), box(glass, 0.28, h * 0.68, 0.1, x, 0, d / 2)]
            else:
                window = join(
                    box(glass, 0.28, h * 0.4, 0.06, x, y + h * 0.35, d / 2),
                    box(trim, 0.36, 0.05, 0.12, x, y + h * 0.32, d / 2),
                )
                parts.append(both(window, "z"))
    if k.chance(0.4):
        parts.append(box(k.mat("brick"), 0.22, rise + 0.4, 0.22, w * 0.25, total, -d * 0.2))
    if k.chance(0.3):
        parts += [
            four(box(trim, 0.1, total, 0.1, w / 2, 0, d / 2)),
            both(box(trim, w, 0.08, 0.05, 0, h - 0.04, d / 2), "z"),
        ]
    if k.chance(0.25):
        wing = join(box(plaster, w * 0.6, h * 0.8, d * 0.6), gable(roof, w * 0.6, rise * 0.6, d * 0.6, h * 0.8, 0.06))
        parts.append(move(turn(wing, "y", k.pick([0, 90])), w * 0.65, 0, 0))
    if k.chance(0.25):
        parts.append(box(k.mat("stone"), w * 1.15, 0.12, d * 1.15, 0, -0.1))
    return join(parts)


def stairs(k: Kit) -> Soup:
    """Return stairs, a ramp or a ladder."""
    mat = k.mat(k.pick(["stone", "wood", "plaster", "metal", "brick"]))
    w, n = k.u(0.5, 1.5), k.n(3, 9)
    run, rise = k.u(0.15, 0.3), k.u(0.12, 0.22)
    style = k.n(0, 3)
    if style == 0:  # ladder
        h = k.u(1.5, 3)
        n = k.n(5, 9)
        s = join(
            both(box(mat, 0.06, h, 0.06, w * 0.3)), row(box(mat, w * 0.62, 0.05, 0.05, 0, h / n * 0.5), n, y=h / n)
        )
        return turn(s, "x", k.u(-20, 0))
    if style == 1:  # open treads
        treads = [box(mat, w, rise * 0.35, run * 1.15, 0, (i + 1) * rise, -i * run) for i in range(n)]
        side = beam(mat, (w / 2, rise * 0.5, run), (w / 2, (n + 0.4) * rise, -(n - 1) * run), 0.06, rise)
        s = join(treads, both(side))
    else:
        steps = np.array([p for i in range(n) for p in ([i * run, (i + 1) * rise], [(i + 1) * run, (i + 1) * rise])])
        low = [[n * run, 0], [0, 0]] if k.chance(0.7) else [[n * run, n * rise - rise * 1.6], [run, 0], [0, 0]]
        s = turn(extrude(mat, np.concatenate([steps, low]), w), "y", 90)
    if k.chance(0.4):
        box_ = bounds(s)
        rail, z0, z1 = k.mat(k.pick(["wood", "metal", "stone"])), box_[1, 2], box_[0, 2]
        height, lean = k.u(0.4, 0.8), box_[1, 1]
        posts = [
            rod(rail, (w / 2, lean * t, z0 + (z1 - z0) * t), (w / 2, lean * t + height, z0 + (z1 - z0) * t), 0.035)
            for t in (0.05, 0.5, 0.95)
        ]
        posts.append(beam(rail, (w / 2, height, z0), (w / 2, lean + height, z1), 0.07))
        s = join(s, both(join(posts)) if k.chance(0.6) else posts)
    return s


def gateway(k: Kit) -> Soup:
    """Return an arch, bridge or doorway."""
    stone, trim = k.mat(k.pick(["stone", "brick", "wood", "plaster"])), k.mat("stone")
    w, h, t = k.u(1.2, 2.5), k.u(1.0, 2), k.u(0.2, 0.9)
    inner = w * k.u(0.5, 0.75)
    high = max(h * k.u(0.6, 0.85), inner / 2 + 0.02)
    head = arch(inner, high, steps=k.n(4, 10))[2:]
    crown = max(h, high + 0.12)
    top = k.pick(
        [
            np.array([[w / 2, crown], [-w / 2, crown]]),
            np.array([[w / 2, high], [0, high + 0.4], [-w / 2, high]]),
            arch(w, high + (w - inner) / 2, steps=10)[2:],
        ]
    )
    outline = np.concatenate([[[w / 2, 0]], top, [[-w / 2, 0], [-inner / 2, 0]], head[::-1], [[inner / 2, 0]]])
    s = extrude(stone, outline, t)
    if k.chance(0.5):
        s = join(s, both(box(trim, (w - inner) * 0.62, h * 0.12, t * 1.15, (w + inner) / 4)))
    if k.chance(0.4) and len(top) == 2:
        n = k.n(3, 6)
        s = join(s, row(box(stone, w / n * 0.5, 0.25, t, 0, crown - 0.02), n, x=w / n))
    return s


def rubble(k: Kit) -> Soup:
    """Return a pile of bricks, planks or logs."""
    mat = k.mat(k.pick(["stone", "brick", "wood", "bark", "gold"]))
    style = k.n(0, 2)
    if style == 0:
        bricks = []
        for i in range(k.n(3, 9)):
            one = box(mat, k.u(0.35, 0.6), k.u(0.18, 0.25), k.u(0.25, 0.4), bevel=k.bevel)
            bricks.append(
                move(turn(one, "y", k.u(0, 360)), k.u(-0.6, 0.6), 0.2 * (i % 3) * k.chance(0.7), k.u(-0.4, 0.4))
            )
        return join(bricks)
    if style == 1:
        r, n, length = k.u(0.12, 0.2), k.n(2, 4), k.u(1, 2)
        log = turn(cylinder(mat, r, length, k.round()), "z", 90)
        return join([move(row(log, n - i, z=2 * r), 0, r + i * r * 1.72) for i in range(n)])
    boards = [
        move(turn(turn(box(mat, k.u(1, 1.8), 0.06, k.u(0.15, 0.25)), "y", k.u(-70, 70)), "z", k.u(-6, 6)), 0, 0.05 * i)
        for i in range(k.n(2, 6))
    ]
    return join(boards)


def tile(k: Kit) -> Soup:
    """Return a terrain or track tile: hexagonal or square, with a step, slope, hollow, path or kerb."""
    ground, top = (
        k.mat(k.pick(["earth", "stone", "sand", "brick"])),
        k.mat(k.pick(["leaf", "snow", "sand", "water", "paint", "earth"])),
    )
    h, t = k.u(0.12, 0.6), k.u(0.05, 0.15)
    style = k.n(0, 4)
    if style == 0:
        return join(cylinder(ground, 0.58, h, 6, 0.6), cylinder(top, 0.62, t, 6, 0.6, h))
    base = box(ground, 1, h, 1)
    if style == 1:
        body = join(base, box(top, 1.04, t, 1.04, 0, h))
        return join(
            body,
            box(k.mat("stone"), k.u(0.2, 0.5), t, 1.04, 0, h + t * 0.4),
            both(box(ground, 0.08, t * 2, 1.04, 0.48, h)) if k.chance(0.5) else [],
        )
    if style == 2:
        low, high = k.u(0.05, 0.3), k.u(0.4, 1)
        return join(
            extrude(ground, [[-0.5, 0], [0.5, 0], [0.5, low], [-0.5, high]], 1),
            extrude(top, [[-0.5, high - 0.02], [0.5, low - 0.02], [0.5, low + t], [-0.5, high + t]], 1.02),
        )
    if style == 3:
        angle = np.linspace(0, np.pi / 2, k.n(3, 8))
        r = k.u(0.5, 1)
        quarter = np.concatenate([[[0, 0]], np.stack([r * np.cos(angle), r * np.sin(angle)], 1)])
        return turn(join(extrude(ground, quarter, h), extrude(top, quarter * 1.03, t, z=h / 2)), "x", -90)
    cutters = [box(top, k.u(0.2, 0.6), 1, 3, k.u(-0.2, 0.2), h * k.u(0.5, 0.8))]
    if k.chance(0.4):
        cutters.append(box(top, 0.5, 1, 0.4, 0.5, h * 0.6, 0.3))
    return join(cut_away(base, cutters, top), hull(top, k.rng.normal(0, 0.05, (8, 3)) + [0.35, h, 0.35]))
