"""Swords, axes, hammers, shovels, bows, shields, guns, hand tools. Built upright, some laid down at the end."""

from __future__ import annotations

import numpy as np

from training.procedural.field import block, less, nets
from training.procedural.outline import mirrored, star
from training.procedural.paint import Kit
from training.procedural.solids import (
    ball,
    beam,
    box,
    circle,
    cylinder,
    extrude,
    frustum,
    hull,
    lathe,
    rod,
    sweep,
    torus,
)
from training.procedural.soup import Soup, both, join, move, ring, row, scale, turn


def lay(k: Kit, s: Soup) -> Soup:
    """Turn a long thing as kits have it: upright, upside down, lying or leaning."""
    way = k.n(0, 5)
    if way <= 1:
        return s
    return turn(s, "x" if way == 5 else "z", [0, 0, 180, 90, k.u(20, 70), -90][way])


def grip(k: Kit, mat: int, r: float, h: float) -> Soup:
    """Return a shaft from 0 to `h`, plain, wound or swelling."""
    n, style = k.pick([4, 6, 8, k.round()]), k.n(0, 2)
    if style == 0:
        return cylinder(mat, r, h, n)
    if style == 1:
        return lathe(mat, [[r * 1.25, 0], [r * 0.9, h * 0.2], [r, h * 0.5], [r * 0.85, h]], n)
    return join(cylinder(mat, r * 0.85, h, n), row(cylinder(mat, r * 1.1, h / 12, n), 4, y=h / 4.5))


def sword(k: Kit) -> Soup:
    """Return a sword, dagger, knife, katana or spear point."""
    steel, hilt, wood = (
        k.mat(k.pick(["metal", "metal", "gold", "wood"])),
        k.mat(k.pick(["gold", "iron", "wood"])),
        k.mat("dark_wood"),
    )
    blade, w, t = k.u(0.5, 1.6), k.u(0.05, 0.18), k.u(0.025, 0.05)
    handle = k.u(0.18, 0.4)
    curve = k.pick([0.0, 0.0, k.u(0.03, 0.15)])
    y = np.linspace(0, 1, 7)
    half = w * (1 + k.u(-0.3, 0.4) * y) * np.where(y > 0.98, 0.02, 1)
    half[-2] *= k.u(0.6, 1)
    section = np.array([[-1, 0], [0, -1], [1, 0], [0, 1.0]])
    rings = [
        np.column_stack(
            [section[:, 0] * hw + curve * yy**2, np.full(4, handle + yy * blade), section[:, 1] * t * max(hw / w, 0.3)]
        )
        for yy, hw in zip(y, half, strict=True)
    ]
    parts = [hull(steel, np.concatenate([rings[i], rings[i + 1]])) for i in range(6)]
    parts.append(grip(k, wood, k.u(0.028, 0.045), handle + 0.02))
    parts.append(ball(hilt, 0.055, 0.055, 0.055, (0, 0, 0), k.pick([6, 8])))
    g = w * k.u(1.2, 3)
    style = k.n(0, 2)
    if style == 0:
        parts.append(box(hilt, 2 * g, 0.06, 0.09, 0, handle - 0.03, 0, k.bevel))
    elif style == 1:
        parts.append(both(beam(hilt, (0, handle, 0), (g, handle + k.u(-0.08, 0.12), 0), 0.06, 0.07)))
    else:
        parts.append(cylinder(hilt, w * 1.5, 0.04, 10, y=handle - 0.02))
    return lay(k, join(parts))


def axe(k: Kit) -> Soup:
    """Return an axe, hammer, mace, pickaxe, scythe or club."""
    wood, steel = k.mat("wood"), k.mat(k.pick(["metal", "stone", "iron", "paint"]))
    h, r = k.u(0.8, 1.5), k.u(0.03, 0.05)
    parts, style = [grip(k, wood, r, h)], k.n(0, 5)
    y = h * 0.88
    if style <= 1:  # axe
        reach, tall, root = k.u(0.25, 0.45), k.u(0.25, 0.5), k.u(0.08, 0.16)
        edge = np.linspace(tall / 2, -tall / 2, 5)
        bulge = reach + 0.06 * np.cos(edge / tall * np.pi)
        outline = np.concatenate([[[0, -root / 2], [0, root / 2]], np.stack([bulge, edge], 1)])
        blade = extrude(steel, outline, k.u(0.04, 0.08))
        parts.append(
            move(both(blade) if k.chance(0.3) else join(blade, box(steel, 0.14, root, 0.1, -0.02, -root / 2)), 0, y)
        )
    elif style == 2:  # hammer
        w, d = k.u(0.35, 0.7), k.u(0.18, 0.35)
        head = (
            box(steel, w, d, d, 0, y - d / 2, 0, k.bevel)
            if k.chance(0.6)
            else move(turn(cylinder(steel, d / 2, w, k.round()), "z", 90), w / 2, y)
        )
        parts += [head, both(box(k.mat("gold"), 0.05, d * 1.1, d * 1.1, w * 0.4, y - d * 0.55))]
    elif style == 3:  # pick or scythe
        t = np.linspace(-1, 1, 9)
        reach, sag = k.u(0.35, 0.6), k.u(0.1, 0.3)
        path = np.stack([reach * t, y + 0.05 - sag * t**2, 0 * t], 1)
        half = slice(0, 9) if k.chance(0.75) else slice(4, 9)
        parts.append(sweep(steel, path[half], 0.055 * (1.12 - np.abs(t[half])), 4))
    elif style == 4:  # mace
        parts += [ball(steel, 0.17, 0.17, 0.17, (0, h, 0), k.round())]
        spike = rod(steel, (0, h, 0), (0.3, h, 0), 0.06, 0.004, 5)
        parts.append(ring(spike, k.n(4, 8)))
    else:  # club
        parts = [lathe(wood, [[0.05, 0], [0.06, h * 0.4], [k.u(0.12, 0.2), h * 0.85], [0.1, h]], k.pick([6, 8]))]
        spike = rod(steel, (0, h * 0.75, 0), (0.25, h * 0.78, 0), 0.04, 0.004, 5)
        parts.append(ring(spike, k.n(3, 6)))
    return lay(k, join(parts))


def tool(k: Kit) -> Soup:
    """Return a shovel, rake, fork, broom, spear, arrow, wrench, saw, brush, key or magic staff."""
    wood, steel = k.mat(k.pick(["wood", "paint", "metal"])), k.mat(k.pick(["metal", "iron", "gold"]))
    h, r = k.u(0.8, 1.6), k.u(0.02, 0.035)
    shaft = cylinder(wood, r, h, k.pick([4, 6, 8]))
    style = k.n(0, 8)
    if style == 0:  # shovel
        w, blade = k.u(0.18, 0.3), k.u(0.25, 0.4)
        outline = (
            mirrored([[w * 0.3, -blade], [w / 2, -blade * 0.6], [w / 2, 0], [0, 0]])
            if k.chance(0.6)
            else mirrored([[w / 2, -blade], [w / 2, 0]])
        )
        top = join(
            box(wood, 0.2, 0.04, 0.05, 0, h),
            both(box(wood, 0.03, 0.14, 0.04, 0.08, h - 0.1)),
            box(wood, 0.2, 0.03, 0.04, 0, h - 0.12),
        )
        return lay(k, join(shaft, turn(extrude(steel, outline, 0.035), "x", k.u(0, 15)), top if k.chance(0.5) else []))
    if style == 1:  # fork or rake
        n, w = k.n(3, 5), k.u(0.2, 0.4)
        tine = beam(steel, (0, 0, 0), (0, k.u(0.2, 0.35), 0), 0.028)
        return lay(k, join(shaft, move(join(box(steel, w, 0.04, 0.04), row(tine, n, x=(w - 0.028) / (n - 1))), 0, h)))
    if style == 2:  # broom
        return lay(
            k, join(shaft, frustum(k.mat("bread"), 0.4, 0.16, 0.35, (0.4, 0.7), -0.3), box(steel, 0.2, 0.06, 0.13))
        )
    if style == 3:  # spear, arrow
        tip = lathe(steel, [[r * 1.2, 0], [r * k.u(2, 3.5), 0.08], [0.004, k.u(0.2, 0.4)]], 4)
        fins = ring(box(k.mat("cloth"), 0.08, 0.2, 0.02, 0.04), k.n(3, 4)) if k.chance(0.5) else []
        return lay(k, join(shaft, scale(move(tip, 0, h, 0), 1, 1, 0.6), fins))
    if style == 4:  # wrench
        d, t = k.u(0.14, 0.2), 0.07
        jaw = less(block((0, 1, 0), (d, d, t)), block((0, 1 + d * 0.7, 0), (d * 0.45, d, 1)))
        return lay(
            k,
            join(
                nets(steel, jaw, (-d, 1 - d, -t), (d, 1 + d, t), 16),
                box(steel, 0.12, 0.95, t * 1.3),
                move(turn(torus(steel, 0.1, 0.04, 10, 6), "x", 90), 0, 0, 0),
            ),
        )
    if style == 5:  # saw
        teeth = [(1.0 - 0.1 * i - 0.05 * j, -0.05 * j) for i in range(10) for j in (0, 1)]
        outline = np.array([[1.0, 0.12], [0.0, 0.25], [0, 0], *teeth[::-1]])
        return lay(k, join(extrude(steel, outline, 0.03), box(wood, 0.3, 0.26, 0.07, -0.12, 0, 0, 0.2)))
    if style == 6:  # key
        bit = join(box(steel, 0.2, 0.06, 0.05, 0.12, 0.02), box(steel, 0.16, 0.06, 0.05, 0.1, 0.16))
        return lay(
            k, join(cylinder(steel, 0.04, 0.8, 6), move(turn(torus(steel, 0.17, 0.05, 12, 6), "x", 90), 0, 0.93), bit)
        )
    if style == 7:  # staff
        gem, claw = k.mat("glass"), k.mat("gold")
        prong = sweep(claw, [(0, h - 0.05, 0), (0.14, h + 0.08, 0), (0.1, h + 0.28, 0)], [0.03, 0.028, 0.012], 5)
        return lay(k, join(shaft, ring(prong, 4), lathe(gem, [[0.01, h], [0.1, h + 0.12], [0.01, h + 0.28]], 6)))
    handle = lathe(wood, [[0.06, 0], [0.075, 0.2], [0.05, 0.4]], k.round())  # screwdriver, brush, ladle
    end = k.pick(
        [
            cylinder(steel, 0.025, 0.5, 6, y=0.4),
            join(cylinder(steel, 0.03, 0.4, 6, y=0.4), ball(steel, 0.16, 0.07, 0.16, (0, 0.8, 0), 8)),
            frustum(k.mat("light"), 0.22, 0.1, 0.3, 0.8, 0.38),
        ]
    )
    return lay(k, join(handle, end))


def bow(k: Kit) -> Soup:
    """Return a bow, horseshoe, boomerang, hook, horn or anchor."""
    wood, string = k.mat("wood"), k.mat("light")
    t = np.linspace(-1, 1, 15)
    reach = k.u(0.2, 0.9)
    path = np.stack([reach * (1 - t**2) + k.pick([0, 0.12]) * np.maximum(np.abs(t) - 0.8, 0) * 5, t, 0 * t], 1)
    body = sweep(wood, path, k.u(0.03, 0.08) * (1.15 - 0.6 * np.abs(t)), k.pick([4, 6]))
    parts = [body]
    if k.chance(0.5):
        parts.append(rod(string, tuple(path[0]), tuple(path[-1]), 0.014, sides=4))
    if k.chance(0.2):
        parts.append(rod(k.mat("metal"), (-0.2, 0, 0), (reach + 0.3, 0, 0), 0.025))
    return lay(k, join(parts))


def shield(k: Kit) -> Soup:
    """Return a shield, badge, emblem or mask: a bulging plate with a rim and a boss."""
    face, rim, boss = k.mat(k.pick(["wood", "paint", "metal"])), k.mat("metal"), k.mat("gold")
    if k.chance(0.4):
        outline = circle(k.round(1.6), 0.6)
    else:
        outline = k.pick(
            [
                mirrored([[0, -0.7], [0.35, -0.35], [0.5, 0.1], [0.5, 0.55], [0, k.u(0.5, 0.7)]]),
                mirrored([[0.35, -0.6], [0.45, 0], [0.35, 0.6]]),
                star(k.n(4, 6), 0.6, 0.4),
            ]
        )
    inner = outline * 0.86
    t = k.u(0.06, 0.12)
    parts = [extrude(rim, outline, t, [inner]), extrude(face, outline * 0.95, t * 0.6, z=0, top=k.u(0.8, 1))]
    if k.chance(0.7):
        parts.append(ball(boss, 0.16, 0.16, 0.12, (0, 0, t * 0.4), k.round()))
    if k.chance(0.4):
        parts += [box(rim, 0.1, 0.9, t * 1.1, 0, -0.45), box(rim, 0.8, 0.1, t * 1.1, 0, -0.02)]
    return join(parts)


def gun(k: Kit) -> Soup:
    """Return a pistol, rifle, blaster or cannon-like gun, the muzzle along +x."""
    steel, second, trim = (
        k.mat(k.pick(["iron", "metal", "paint"])),
        k.mat(k.pick(["wood", "dark", "paint"])),
        k.mat(k.pick(["glow", "plastic", "metal"])),
    )
    length, h, d = k.u(0.5, 1.1), k.u(0.12, 0.25), k.u(0.08, 0.14)
    bevel = max(k.bevel, 0.1) if k.chance(0.5) else 0
    n = k.pick([4, 6, 8, k.round()])
    parts = [box(steel, length, h, d, 0, 0, 0, bevel)]
    barrel, r = k.u(0.15, 1.1), k.u(0.03, 0.07)
    y = h * k.u(0.5, 0.75)
    parts.append(
        rod(second if k.chance(0.4) else steel, (length / 2 - 0.02, y, 0), (length / 2 + barrel, y, 0), r, sides=n)
    )
    if k.chance(0.5):
        parts.append(rod(trim, (length / 2 + barrel * 0.85, y, 0), (length / 2 + barrel * 1.1, y, 0), r * 1.5, sides=n))
    slant = k.u(5, 30)
    grip_ = box(second, 0.12, k.u(0.25, 0.38), d * 0.9, 0, 0, 0, bevel)
    parts.append(turn(move(grip_, -length * k.u(0.2, 0.42), -0.28, 0), "z", -slant * 0.5, (-length * 0.3, 0, 0)))
    if k.chance(0.5):
        parts.append(
            turn(box(steel, 0.11, k.u(0.2, 0.4), d * 0.7, length * k.u(0.05, 0.35), -0.25), "z", k.u(0, 12), (0, 0, 0))
        )
    if k.chance(0.5):  # stock
        s = k.u(0.3, 0.6)
        stock = extrude(
            second, [[0, h * 0.2], [0, h * 0.9], [-s, h * 0.8], [-s, -h * 0.8], [-s * 0.8, -h * 0.8]], d * 0.8
        )
        parts.append(move(stock, -length / 2 + 0.02))
    if k.chance(0.45):  # sight
        scope = rod(trim, (-0.15, h + 0.08, 0), (0.15, h + 0.08, 0), 0.05, sides=k.round())
        parts += [scope, row(box(steel, 0.04, 0.1, 0.04, 0, h - 0.02), 2, x=0.18)]
    parts.append(move(turn(torus(steel, 0.07, 0.016, 10, 5), "x", 90), -length * 0.12, -0.07, 0))
    return turn(join(parts), "y", k.pick([0, 90, 180]))


def cannon(k: Kit) -> Soup:
    """Return a cannon, catapult-like machine or turret on a base."""
    iron, wood, rim = (
        k.mat(k.pick(["iron", "gold", "metal"])),
        k.mat(k.pick(["wood", "paint", "stone"])),
        k.mat("metal"),
    )
    n = k.round(1.3)
    r, length = k.u(0.14, 0.25), k.u(0.8, 1.4)
    tube = lathe(
        iron,
        [
            [r * 0.4, -0.12],
            [r * 1.1, 0],
            [r * 1.15, 0.1],
            [r, 0.15],
            [r * 0.75, length],
            [r * 1.05, length + 0.02],
            [r * 1.05, length + 0.1],
            [r * 0.55, length + 0.1],
            [r * 0.5, length * 0.5],
        ],
        n,
    )
    tube = turn(move(tube, 0, -length * 0.35, 0), "x", 90 - k.u(0, 35))
    if k.chance(0.5):
        wheel = turn(
            join(
                torus(wood, 0.3, 0.05, n * 2 if n < 12 else n, 5),
                ring(beam(wood, (0, 0, 0), (0.3, 0, 0), 0.05), k.n(4, 8)),
                cylinder(rim, 0.09, 0.12, 8, y=-0.06),
            ),
            "z",
            90,
        )
        cheek = extrude(wood, [[-0.5, 0.1], [0.3, 0.2], [0.35, 0.45], [-0.1, 0.45], [-0.6, 0.2]], 0.08)
        return join(
            move(tube, 0, 0.55, 0),
            both(move(wheel, r + 0.22, 0.33, 0.1)),
            both(move(turn(cheek, "y", -90), r + 0.05, 0.1, 0)),
            rod(wood, (-r - 0.2, 0.33, 0.1), (r + 0.2, 0.33, 0.1), 0.05),
        )
    base = k.pick([cylinder(wood, 0.55, 0.25, n, 0.45), box(wood, 1, 0.25, 1, bevel=k.bevel)])
    yoke = join(cylinder(rim, 0.4, 0.15, n, y=0.22), both(box(rim, 0.1, 0.5, 0.3, r + 0.1, 0.3)))
    return join(base, yoke, move(tube, 0, 0.65, 0))


def helmet(k: Kit) -> Soup:
    """Return a hat, helmet, crown or bag."""
    a, b = k.mat(k.pick(["metal", "gold", "cloth"])), k.mat(k.pick(["cloth", "gold", "plastic"]))
    style, n = k.n(0, 3), k.round(1.4)
    if style == 0:  # hat
        h, r, brim = k.u(0.2, 0.9), 0.3, k.u(0.4, 0.7)
        top = r * k.u(0.02, 1)
        return join(
            lathe(a, [[r, 0], [top, h]], n),
            lathe(a, [[brim, -0.02], [brim, 0.02], [r * 0.9, 0.05]], n),
            lathe(b, [[r, 0.03], [r * 1.04, 0.04], [top + (r - top) * 0.85, 0.14]], n),
        )
    if style == 1:  # crown
        points = k.n(5, 8)
        band = lathe(a, [[0.4, 0], [0.42, 0.25], [0.38, 0.25], [0.36, 0]], max(n, 12), closed=True)
        spike = extrude(a, [[-0.12, 0], [0.12, 0], [0, 0.25]], 0.05, z=0.4)
        return join(
            band, ring(move(spike, 0, 0.23, 0), points), ring(ball(b, 0.05, 0.05, 0.05, (0, 0.12, 0.42), 6), points)
        )
    if style == 2:  # helmet
        t = np.linspace(0.0, np.pi / 2, 6)
        inner = np.stack([0.34 * np.cos(t[:-1]), 0.2 + 0.4 * np.sin(t[:-1])], 1)[::-1]
        outer = np.stack([0.4 * np.cos(t), 0.25 + 0.45 * np.sin(t)], 1)
        shell = lathe(a, np.concatenate([inner, [[0.34, 0], [0.4, 0]], outer]), n)
        return join(
            shell,
            both(rod(b, (0.35, 0.4, 0), (0.65, 0.8, 0), 0.08, 0.01))
            if k.chance(0.5)
            else box(b, 0.05, 0.3, 0.7, 0, 0.55),
        )
    h = k.u(0.5, 0.9)
    body = box(b, k.u(0.5, 0.9), h, k.u(0.3, 0.5), bevel=0.3)  # bag
    handle = sweep(a, [(-0.2, h - 0.1, 0), (-0.15, h + 0.15, 0), (0.15, h + 0.15, 0), (0.2, h - 0.1, 0)], 0.035, 6)
    return join(body, handle, box(a, 0.4, 0.3, 0.12, 0, 0.1, 0.25, 0.2), both(box(a, 0.07, 0.7, 0.06, 0.2, 0.03, 0.22)))


def grille(k: Kit) -> Soup:
    """Return a lattice, rack, cage or truss of thin bars."""
    mat = k.mat(k.pick(["metal", "iron", "wood"]))
    w, h, d, r = k.u(0.6, 1.4), k.u(0.6, 1.4), k.u(0.2, 0.9), k.u(0.012, 0.03)
    style = k.n(0, 2)
    if style == 0:
        frame = join(both(box(mat, 2.4 * r, h, 2.4 * r, w / 2)), row(box(mat, w, 2.4 * r, 2.4 * r), 2, y=h - 2.4 * r))
        n, m = k.n(2, 6), k.n(1, 5)
        s = join(
            frame,
            row(rod(mat, (0, 0, 0), (0, h, 0), r), n, x=w / (n + 1)),
            move(row(rod(mat, (-w / 2, 0, 0), (w / 2, 0, 0), r), m, y=h / (m + 1)), 0, h / (m + 1)),
        )
        return turn(s, "x", k.pick([0, 0, 90, -20]))
    corner = both(both(box(mat, 2.4 * r, h, 2.4 * r, w / 2, 0, d / 2), "x"), "z")
    rails = join(
        both(row(box(mat, w, 2.4 * r, 2.4 * r, 0, 0, d / 2), 2, y=h - 2.4 * r), "z"),
        both(row(box(mat, 2.4 * r, 2.4 * r, d, w / 2), 2, y=h - 2.4 * r)),
    )
    if style == 1:
        cross = both(
            both(
                join(
                    beam(mat, (-w / 2, 0, d / 2), (w / 2, h, d / 2), 2 * r),
                    beam(mat, (w / 2, 0, d / 2), (-w / 2, h, d / 2), 2 * r),
                ),
                "z",
            ),
            "x",
        )
        return join(corner, rails, cross)
    n = k.n(2, 5)
    bars = both(row(rod(mat, (0, 0, d / 2), (0, h, d / 2), r), n, x=w / (n + 1)), "z")
    return join(corner, rails, bars, box(mat, w, r * 2, d))
