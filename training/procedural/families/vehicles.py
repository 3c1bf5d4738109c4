"""Cars, carts, trains, ships, tanks; the front along +Z."""

from __future__ import annotations

import itertools

import numpy as np

from training.procedural.outline import mirrored
from training.procedural.paint import Kit
from training.procedural.solids import ball, beam, box, cylinder, extrude, frustum, hull, lathe, rod, torus
from training.procedural.soup import Soup, both, join, move, ring, row, turn


def wheel(k: Kit, r: float, t: float) -> Soup:
    """Return a wheel about the x axis, centred on the origin."""
    tyre, hub = k.mat("dark"), k.mat("metal")
    n = max(k.round(1.3), 8)
    disc = join(
        lathe(tyre, [[r * 0.9, -t / 2], [r, -t * 0.3], [r, t * 0.3], [r * 0.9, t / 2]], n),
        cylinder(hub, r * 0.55, t * 1.12, n, y=-t * 0.56),
    )
    return turn(disc, "z", 90)


def spoked(k: Kit, mat: int, r: float, t: float) -> Soup:
    """Return a cart wheel about the x axis."""
    spoke = beam(mat, (0, 0, 0), (r * 0.95, 0, 0), t * 0.6)
    return turn(
        join(
            torus(mat, r * 0.92, t * 0.5, max(k.round(1.5), 10), 4),
            ring(spoke, k.n(4, 8)),
            cylinder(mat, t, t * 1.6, 8, y=-t * 0.8),
        ),
        "z",
        90,
    )


def wheels(k: Kit, one: Soup, x: float, r: float, places: list[float]) -> Soup:
    """Return a wheel left and right at each place along z."""
    return join([both(move(one, x, r, z)) for z in places])


def car(k: Kit) -> Soup:
    """Return a car, van, bus, pick-up, racer or truck from a side profile."""
    body, glass, trim = k.mat(k.pick(["paint", "plastic"])), k.mat(k.pick(["glass", "dark"])), k.mat("metal")
    length, w, r = k.u(1.8, 3.6), k.u(0.9, 1.3), k.u(0.2, 0.36)
    low, belt = r * k.u(0.6, 1), r + k.u(0.25, 0.5)
    top = belt + k.u(0.25, 0.75)
    half = length / 2
    style = k.n(0, 3)
    a, b = {0: (-0.4, 0.28), 1: (-0.95, 0.55), 2: (-0.05, 0.4), 3: (-0.6, 0.05)}[style]
    nose = belt * k.u(0.75, 1)
    hull_ = extrude(body, [[-half, low], [half, low], [half, nose * 0.9], [half * (b + 0.1), belt], [-half, belt]], w)
    slant0, slant1 = k.u(0, 0.25), k.u(0.1, 0.35)
    roof = np.array(
        [[a * half, belt - 0.03], [b * half, belt - 0.03], [(b * half) - slant1, top], [a * half + slant0, top]]
    )
    cabin = extrude(body, roof, w * k.u(0.8, 0.98))
    middle = roof.mean(0)
    side = extrude(glass, (roof - middle) * [0.84, 0.72] + middle + [0, 0.02], w * 1.0)
    front = extrude(glass, (roof - middle) * [1.02, 0.72] + middle + [0, 0.02], w * 0.72)
    parts = [hull_, cabin, side, front]
    if style == 2 and k.chance(0.8):  # load bed or box
        parts.append(box(trim if k.chance(0.5) else body, half * 0.95, k.u(0.15, 1.0), w, -half * 0.5, belt - 0.05))
    light = k.mat("glow")
    parts.append(both(box(light, 0.05, 0.1, w * 0.2, half, nose * 0.65, w * 0.32), "z"))
    parts.append(box(trim, length * 1.04, 0.1, w * 0.9, 0, low))
    whole = turn(join(parts), "y", -90)
    axles = [half * k.u(0.55, 0.68), -half * k.u(0.5, 0.7)]
    if length > 2.8 and k.chance(0.4):
        axles.append(axles[1] + 2.2 * r)
    s = join(whole, wheels(k, wheel(k, r, w * 0.2), w * 0.46, r, axles))
    if k.chance(0.2):
        s = join(s, box(k.mat("glow"), w * 0.5, 0.1, 0.15, 0, top))
    if style == 0 and k.chance(0.25):
        s = join(
            s,
            box(body, w * 1.05, 0.05, 0.25, 0, top * 0.95, -half),
            both(box(body, 0.05, 0.35, 0.1, w * 0.3, top * 0.7, -half * 0.95)),
        )
    return s


def cart(k: Kit) -> Soup:
    """Return a cart, wheelbarrow, wagon or mine trolley."""
    wood, iron = k.mat("wood"), k.mat(k.pick(["wood", "metal", "dark"]))
    w, d, h, r = k.u(0.6, 1.1), k.u(0.9, 1.8), k.u(0.2, 0.5), k.u(0.2, 0.5)
    floor, t = r * k.u(0.9, 1.3), 0.06
    lean = k.u(0, 20)
    tray = join(
        box(wood, w, t, d, 0, floor),
        both(turn(box(wood, t, h, d, w / 2, floor), "z", -lean, (w / 2, floor, 0))),
        both(box(wood, w * 1.05, h * k.u(0.5, 1), t, 0, floor, d / 2), "z"),
    )
    one = spoked(k, iron, r, 0.07) if k.chance(0.6) else wheel(k, r, 0.1)
    places = k.pick([[0.0], [0.35 * d, -0.35 * d]])
    parts = [
        tray,
        wheels(k, one, w / 2 + 0.1, r, places),
        *[rod(iron, (-w / 2 - 0.1, r, z), (w / 2 + 0.1, r, z), 0.035) for z in places],
    ]
    if k.chance(0.7):
        parts.append(both(beam(wood, (w * 0.35, floor, d * 0.3), (w * 0.3, floor * k.u(0.3, 1.6), d * 1.1), 0.06)))
    if k.chance(0.4):
        goods = k.mat("any")
        parts += [
            ball(goods, 0.22, 0.2, 0.22, (k.u(-0.3, 0.3) * w, floor + h * 0.6, k.u(-0.35, 0.35) * d), 8)
            for _ in range(k.n(3, 8))
        ]
    if k.chance(0.2):
        angle = np.linspace(0, np.pi, 7)
        cover = np.stack([w * 0.55 * np.cos(angle), floor + h * 0.8 + w * 0.6 * np.sin(angle)], 1)
        parts.append(extrude(k.mat("cloth"), cover, d))
    return join(parts)


def train(k: Kit) -> Soup:
    """Return a locomotive or railway wagon."""
    body, trim, dark = k.mat("paint"), k.mat(k.pick(["gold", "metal", "paint"])), k.mat("dark")
    length, w, r, n = k.u(1.8, 3), k.u(0.8, 1.0), k.u(0.16, 0.26), k.round(1.3)
    floor = r * 1.5
    places = np.linspace(-length * 0.38, length * 0.38, k.n(2, 4)).tolist()
    parts = [box(dark, w * 0.9, r, length, 0, floor - r * 0.6), wheels(k, wheel(k, r, 0.1), w * 0.4, r, places)]
    style = k.n(0, 3)
    if style == 0:  # steam engine
        br = w * k.u(0.3, 0.42)
        boiler = turn(cylinder(body, br, length * 0.65, n), "x", 90)
        parts += [
            move(boiler, 0, floor + br, -length * 0.15),
            move(turn(cylinder(dark, br * 1.06, length * 0.1, n), "x", 90), 0, floor + br, length * 0.42),
        ]
        parts += [
            move(lathe(dark, [[0.09, 0], [0.09, 0.35], [0.16, 0.5]], n), 0, floor + 2 * br - 0.05, length * 0.4),
            ball(trim, 0.13, 0.16, 0.13, (0, floor + 2 * br, 0.1), n),
        ]
        parts += [
            box(body, w, 0.9, length * 0.28, 0, floor, -length * 0.34),
            box(trim, w * 1.12, 0.07, length * 0.34, 0, floor + 0.9, -length * 0.34),
        ]
        parts.append(
            extrude(
                dark, [[-w * 0.45, 0.05], [w * 0.45, 0.05], [w * 0.3, floor], [-w * 0.3, floor]], 0.18, z=length * 0.52
            )
        )
    elif style == 1:  # box car or coach
        h = k.u(0.7, 1.0)
        parts += [
            box(body, w, h, length, 0, floor, 0, k.bevel * 0.4),
            box(trim, w * 1.06, 0.08, length * 1.03, 0, floor + h),
        ]
        parts.append(
            both(row(box(dark, 0.03, h * 0.35, length * 0.13, w / 2, floor + h * 0.45), k.n(2, 4), z=length * 0.24))
        )
    elif style == 2:  # tank
        parts += [
            move(turn(cylinder(body, w * 0.42, length * 0.94, n), "x", 90), 0, floor + w * 0.42, -length * 0.47),
            cylinder(trim, 0.15, 0.2, n, y=floor + w * 0.8),
        ]
    else:  # open, loaded
        h = k.u(0.3, 0.6)
        parts += [
            both(box(body, 0.06, h, length, w / 2 - 0.03, floor)),
            both(box(body, w, h, 0.06, 0, floor, length / 2), "z"),
            box(dark, w * 0.9, h * 0.7, length * 0.94, 0, floor),
        ]
        parts += [
            ball(trim, 0.2, 0.16, 0.2, (k.u(-0.2, 0.2), floor + h * 0.75, k.u(-0.4, 0.4) * length), 6) for _ in range(6)
        ]
    return join(parts)


def boat_hull(k: Kit, mat: int, length: float, w: float, h: float, stern: float) -> Soup:
    """Return a boat's solid hull, its bow along +z."""
    z = np.linspace(-0.5, 0.5, 9) * length
    t = np.linspace(0, 1, 9)
    wide = (
        w
        / 2
        * np.minimum(1, stern + (1 - stern) * np.minimum(t / 0.35, 1))
        * np.sqrt(np.clip(1 - np.maximum((t - 0.45) / 0.56, 0) ** 2, 0.0003, 1))
    )
    sheer = h * (1 + k.u(0.1, 0.5) * (2 * t - 1) ** 2)
    keel = h * 0.9 * np.maximum((t - 0.65) / 0.35, 0) ** 2 + h * 0.25 * np.maximum((0.2 - t) / 0.2, 0)
    rings = []
    for zz, b, y, low in zip(z, wide, sheer, keel, strict=True):
        rings.append(
            np.array(
                [
                    [-b, y, zz],
                    [-b * 0.85, low + (y - low) * 0.45, zz],
                    [-b * 0.25, low, zz],
                    [b * 0.25, low, zz],
                    [b * 0.85, low + (y - low) * 0.45, zz],
                    [b, y, zz],
                ]
            )
        )
    return join([hull(mat, np.concatenate([rings[i], rings[i + 1]])) for i in range(8)])


def ship(k: Kit) -> Soup:
    """Return a rowing boat, sailing ship, galley, steamer, raft or canoe."""
    wood, deck = k.mat(k.pick(["wood", "dark_wood", "paint"])), k.mat(k.pick(["wood", "light", "bread"]))
    length, w, h = k.u(1.6, 3), k.u(0.5, 0.9), k.u(0.25, 0.5)
    body = boat_hull(k, wood, length, w, h, k.u(0.3, 1))
    rim = h * 1.02
    style = k.n(0, 4)
    parts = [body]
    if style == 0:  # rowing boat: a darker floor in the hull's top, benches, oars
        inside = boat_hull(k, k.mat("dark_wood"), length * 0.86, w * 0.82, 0.06, 0.6)
        parts += [move(inside, 0, h), row(box(deck, w * 0.9, 0.05, 0.14, 0, h * 1.08), k.n(1, 3), z=length * 0.25)]
        if k.chance(0.5):
            parts.append(both(beam(deck, (w * 0.2, rim + 0.1, 0), (w * 1.1, rim - 0.2, 0.2), 0.04)))
        return join(parts)
    if style == 1:  # steamer
        cabin, mark = k.mat("light"), k.mat("paint")
        z, y = 0.0, rim
        for i in range(k.n(1, 3)):
            parts.append(box(cabin, w * (0.75 - 0.12 * i), 0.22, length * (0.5 - 0.12 * i), 0, y, z))
            y += 0.22
        parts += [
            move(row(cylinder(mark, 0.07, 0.35, k.round()), k.n(1, 3), z=0.25), 0, y - 0.02),
            rod(cabin, (0, rim, length * 0.35), (0, rim + 0.6, length * 0.33), 0.02),
        ]
        return join(parts)
    if style == 2:  # raft
        n, r = k.n(4, 7), 0.09
        log = move(turn(cylinder(wood, r, length * 0.6, k.round()), "x", 90), 0, r, -length * 0.3)
        parts = [row(log, n, x=2 * r), row(box(deck, n * 2 * r, 0.05, 0.12, 0, 2 * r - 0.02), 2, z=length * 0.4)]
        rim = 2 * r
    cloth = k.mat(k.pick(["light", "cloth"]))
    masts = [0.05] if style == 2 or length < 2.2 else [-0.25, 0.05, 0.3]
    for at in masts[: k.n(1, 3)]:
        z, tall = at * length, k.u(0.9, 1.5)
        parts.append(rod(wood, (0, 0.1, z), (0, rim + tall, z), 0.035, 0.02))
        for j in range(k.n(1, 2)):
            sw, sh, y = w * k.u(0.8, 1.3), tall * 0.4, rim + tall * (0.12 + 0.45 * j)
            if k.chance(0.25):
                parts.append(
                    turn(extrude(cloth, [[0, y], [length * 0.25, y], [0, y + tall * 0.8]], 0.03), "y", 90, (0, 0, 0))
                )
                break
            t = np.linspace(0, 1, 5)
            belly = np.stack([0.12 * np.sin(np.pi * t), y + sh * t], 1)
            sheet = turn(extrude(cloth, np.concatenate([belly, (belly - [0.035, 0])[::-1]]), sw), "y", -90)
            parts += [move(sheet, 0, 0, z + 0.04), box(wood, sw * 1.1, 0.035, 0.035, 0, y + sh, z)]
    if style == 3:
        parts += [
            box(wood, w * 0.8, 0.25, length * 0.2, 0, rim, -length * 0.38),
            rod(wood, (0, rim, length * 0.42), (0, rim + 0.3, length * 0.68), 0.03),
        ]
    if style == 4:
        shields = k.mat("paint")
        disc = turn(cylinder(shields, 0.1, 0.05, 8), "z", 90)
        parts.append(both(row(move(disc, w * 0.52, h * 0.95, -0.1), k.n(3, 6), z=length * 0.1)))
        neck = [(0, h, length * 0.45), (0, h * 2, length * 0.55), (0, h * 2.4, length * 0.5)]
        parts += [beam(wood, a, b, 0.08) for a, b in itertools.pairwise(neck)]
    return join(parts)


def tank(k: Kit) -> Soup:
    """Return a tank, rover, bulldozer or submarine-like machine on tracks or many wheels."""
    body, dark, trim = k.mat(k.pick(["leaf", "sand", "paint", "metal"])), k.mat("dark"), k.mat("metal")
    length, w, h = k.u(1.4, 2.2), k.u(0.8, 1.2), k.u(0.25, 0.45)
    r = k.u(0.15, 0.26)
    track = mirrored([[length * 0.38, 0], [length * 0.5, r], [length * 0.46, 2 * r], [0, 2 * r]])
    side = turn(extrude(dark, track, w * 0.25), "y", 90)
    running = (
        both(move(side, w * 0.42))
        if k.chance(0.6)
        else wheels(k, wheel(k, r, w * 0.18), w * 0.45, r, (length * np.linspace(-0.4, 0.4, k.n(2, 4))).tolist())
    )
    hull_ = turn(
        extrude(
            body,
            [
                [-length * 0.5, r],
                [length * 0.42, r],
                [length * 0.55, r + h * 0.6],
                [length * 0.3, r + h * 1.2],
                [-length * 0.5, r + h * 1.2],
            ],
            w * 0.72,
        ),
        "y",
        -90,
    )
    y = r + h * 1.15
    parts = [running, hull_]
    if k.chance(0.65):  # turret
        turret = (
            frustum(body, w * 0.6, length * 0.4, h * 0.8, k.u(0.5, 0.9), y)
            if k.chance(0.5)
            else cylinder(body, w * 0.34, h * 0.8, k.round(1.3), w * 0.24, y)
        )
        parts += [
            turret,
            rod(
                trim, (0, y + h * 0.4, 0.1), (0, y + h * k.u(0.4, 0.9), length * k.u(0.5, 0.85)), 0.05, sides=k.round()
            ),
            cylinder(trim, 0.12, 0.08, 8, y=y + h * 0.78),
        ]
    else:  # cabin
        cabin, glass = (
            box(body, w * 0.6, 0.6, length * 0.4, 0, y, -length * 0.1),
            box(k.mat("glass"), w * 0.62, 0.25, length * 0.3, 0, y + 0.25, -length * 0.1),
        )
        parts += [cabin, glass, rod(trim, (w * 0.2, y, -length * 0.4), (w * 0.2, y + 0.9, -length * 0.4), 0.025)]
        if k.chance(0.5):
            parts += [
                box(trim, w * 1.1, 0.45, 0.08, 0, 0.06, length * 0.66),
                both(beam(trim, (w * 0.35, r, length * 0.3), (w * 0.35, r, length * 0.66), 0.08)),
            ]
    return join(parts)
