"""Blocky and round figures, four-legged beasts, fish, birds, robots, heads and bones; the front along +Z."""

from __future__ import annotations

import numpy as np

from training.procedural.field import Field, blend, block, capsule, ellipsoid, less, nets
from training.procedural.paint import Kit
from training.procedural.solids import ball, beam, box, cylinder, extrude, frustum, hull, lathe, rod, sweep
from training.procedural.soup import Soup, both, bounds, join, move, ring, row, turn


def face(k: Kit, r: float, z: float, y: float, dark: int) -> list[Soup]:
    """Return eyes and perhaps a mouth in front of a head of radius `r` centred at `y`."""
    e = r * k.u(0.08, 0.2)
    eye = (
        ball(dark, e, e * k.u(1, 1.6), e * 0.5, (r * 0.38, y + r * 0.1, z), 8)
        if k.chance(0.6)
        else box(dark, e * 1.6, e * 1.6, e, r * 0.38, y, z)
    )
    parts = [both(eye)]
    if k.chance(0.4):
        parts.append(box(dark, r * 0.5, r * 0.1, r * 0.12, 0, y - r * 0.45, z * 0.97))
    return parts


def figure(k: Kit) -> Soup:
    """Return a person as kits have them: head, body, arms, legs of boxes or round bars, clothes, hair, a hat."""
    skin, top, legs_, hair, dark = (
        k.mat("skin"),
        k.mat("cloth"),
        k.mat("cloth"),
        k.mat(k.pick(["bark", "dark", "bread"])),
        k.mat("dark"),
    )
    shoe = k.mat("dark_wood")
    heads = k.u(2.4, 6.5)  # body height in heads
    head = 1.7 / heads
    leg, torso = (1.7 - head) * 0.5, (1.7 - head) * 0.48
    w, d = max(head * k.u(0.7, 1.1), 0.3), max(head * 0.45, 0.16)
    limb, angle, round_ = k.u(0.06, 0.1) + head * 0.06, k.pick([3.0, 8.0, 40.0, 85.0, 90.0]), k.chance(0.5)

    def bar(mat: int, a: tuple[float, float, float], b: tuple[float, float, float], r: float) -> Soup:
        return rod(mat, a, b, r, r * 0.85, k.round(0.8)) if round_ else beam(mat, a, b, r * 1.8)

    hip, step = w * 0.24, k.pick([0.0, 0.0, k.u(0, 0.25)])
    parts = [bar(legs_, (s * hip, 0.06, s * step), (s * hip, leg + 0.03, 0), limb) for s in (-1, 1)]
    parts += [box(shoe, limb * 2, 0.1, limb * 3.2, s * hip, 0, s * step + limb * 0.5, 0.1) for s in (-1, 1)]
    trunk = hull(
        top,
        [
            [x * w / 2 * s, y, z * d / 2]
            for x in (-1, 1)
            for z in (-1, 1)
            for y, s in ((leg, k.u(0.75, 1)), (leg + torso, 1.0))
        ],
    )
    parts.append(trunk)
    if k.chance(0.15):
        parts.append(lathe(top, [[w * 0.75, leg * 0.25], [w * 0.45, leg + 0.1]], k.round()))
    shoulder, arm = leg + torso - limb, torso * k.u(0.85, 1.1)
    for s in (-1, 1):
        a = np.radians(angle + k.rng.normal(0, 4))
        start = (s * (w / 2 + limb * 0.5), shoulder, 0.0)
        end = (start[0] + s * arm * np.sin(a), shoulder - arm * np.cos(a), 0.1 * arm)
        middle = tuple(np.array(start) * 0.5 + np.array(end) * 0.5)
        sleeve = skin if k.chance(0.3) else top
        parts += [
            bar(top, start, middle, limb * 0.95),
            bar(sleeve, middle, end, limb * 0.85),
            ball(skin, limb, limb, limb, end, 6),
        ]
        if s == 1 and k.chance(0.15):
            parts.append(rod(k.mat("wood"), (end[0], end[1] - 0.5, end[2]), (end[0], end[1] + 0.7, end[2]), 0.03))
    parts.append(cylinder(skin, head / 2 * 0.35, head * 0.2, 6, y=leg + torso - 0.05))
    return join(parts + head_parts(k, head / 2, leg + torso + head * 0.48, skin, hair, dark))


def head_parts(k: Kit, r: float, y: float, skin: int, hair: int, dark: int) -> list[Soup]:
    """Return a square or round head of radius `r` centred at `y`, its face, and perhaps hair or a hat."""
    parts, square = [], k.chance(0.5)
    parts.append(
        box(skin, 2 * r, 1.9 * r, 1.9 * r, 0, y - r, 0, k.bevel)
        if square
        else ball(skin, r, r * 1.05, r, (0, y, 0), k.round())
    )
    parts += face(k, r, r * (0.95 if square else 0.9), y, dark)
    style = k.n(0, 3)
    if style == 1:
        parts.append(
            box(hair, 2.1 * r, r * 0.6, 2.1 * r, 0, y + r * 0.5, -r * 0.1, k.bevel)
            if square
            else ball(hair, r * 1.08, r * 0.9, r * 1.08, (0, y + r * 0.3, -r * 0.15), k.round())
        )
    elif style == 2:
        parts.append(
            lathe(hair, [[r * 1.6, 0], [r * 1.6, 0.04], [r * 1.05, 0.06], [r * k.u(0.1, 1), r * 0.9]], k.round())
        )
        parts[-1] = move(parts[-1], 0, y + r * 0.6)
    elif style == 3:
        parts.append(box(hair, 2.12 * r, 2.2 * r, r * 0.9, 0, y - r * 1.2, -r * 0.65, k.bevel))
    return parts


def beast(k: Kit) -> Soup:
    """Return a four-legged animal or dragon-like creature, boxy or blended."""
    coat, dark, horn = k.mat(k.pick(["bark", "light", "rock", "leaf", "any"])), k.mat("dark"), k.mat("bone")
    length, h, w = k.u(0.7, 1.5), k.u(0.25, 0.8), k.u(0.25, 0.5)
    girth, neck = k.u(0.3, 0.55), k.u(0.1, 0.6)
    r = k.u(0.05, 0.1)
    y = h + girth / 2
    head_at = (0.0, y + neck, length / 2 + k.u(0.1, 0.3))
    hr = k.u(0.12, 0.24)
    muzzle = (0.0, head_at[1] - hr * 0.3, head_at[2] + hr * k.u(0.8, 1.8))
    if k.chance(0.55):  # boxes
        parts = [
            box(coat, w, girth, length, 0, h, 0, k.bevel),
            beam(coat, (0, y, length * 0.4), head_at, hr * 1.3, hr * 1.3),
        ]
        parts += [
            box(coat, hr * 2, hr * 1.8, hr * 2, 0, head_at[1] - hr * 0.9, head_at[2], k.bevel),
            box(coat, hr * 1.3, hr, hr * 1.4, 0, muzzle[1] - hr * 0.5, muzzle[2], k.bevel),
        ]
        parts.append(both(both(box(coat, r * 2.2, h + 0.05, r * 2.2, w / 2 - r * 1.1, 0, length / 2 - r * 1.2), "z")))
    else:
        fields: list[Field] = [
            ellipsoid((0, y, -length * 0.18), (w * 0.5, girth * 0.55, length * 0.36)),
            ellipsoid((0, y, length * 0.18), (w * 0.5, girth * 0.6, length * 0.34)),
            capsule((0, y, length * 0.35), head_at, hr, hr * 0.8),
            ellipsoid(head_at, (hr, hr, hr * 1.1)),
            capsule(head_at, muzzle, hr * 0.8, hr * 0.5),
        ]
        for sx in (-1, 1):
            for z in (-length * 0.36, length * 0.33):
                fields.append(capsule((sx * w * 0.33, y * 0.9, z), (sx * w * 0.36, r, z + 0.03), r * 1.5, r))
        top = head_at[1] + hr * 1.5
        parts = [
            nets(
                coat,
                blend(fields, 0.08),
                (-w, 0, -length * 0.75),
                (w, max(top, y + girth), muzzle[2] + hr),
                k.n(24, 40),
            )
        ]
    parts.append(
        both(
            rod(
                horn if k.chance(0.4) else coat,
                (hr * 0.6, head_at[1] + hr * 0.6, head_at[2]),
                (hr * k.u(0.7, 1.8), head_at[1] + hr * k.u(1.3, 2.4), head_at[2] - 0.05),
                hr * 0.3,
                hr * 0.05,
            )
        )
    )
    parts.append(
        both(ball(dark, hr * 0.16, hr * 0.16, hr * 0.16, (hr * 0.75, head_at[1] + hr * 0.2, head_at[2] + hr * 0.7), 6))
    )
    t = np.linspace(0, 1, 5)
    tail, droop = k.u(0.15, 0.9), k.u(-0.5, 0.4)
    path = np.stack([0 * t, y + girth * 0.2 + droop * tail * t, -length * 0.48 - tail * t * 0.8], 1)
    parts.append(sweep(coat, path, np.linspace(k.u(0.05, 0.16), 0.02, 5), 6))
    if k.chance(0.15):
        spike = frustum(horn, 0.06, 0.16, 0.2, 0.02, h + girth * 0.95)
        parts.append(row(spike, k.n(3, 6), z=length * 0.18))
    if k.chance(0.12):
        wing = extrude(k.mat("cloth"), [[0, 0], [0.5, 0.35], [0.9, 0.2], [0.6, 0.02], [0.4, 0.08], [0.2, -0.1]], 0.035)
        parts.append(both(turn(move(wing, w * 0.3, y + girth * 0.3, 0), "y", k.u(0, 30))))
    return join(parts)


def fish(k: Kit) -> Soup:
    """Return a fish, whale, shark or squid."""
    skin, belly, dark = k.mat(k.pick(["water", "plastic", "rock"])), k.mat("plastic"), k.mat("dark")
    length, h, w = 1.4, k.u(0.2, 0.55), k.u(0.12, 0.35)
    n = k.round()
    t = np.linspace(0, 1, 9)
    shape = np.maximum(np.sin(np.pi * t ** k.u(0.5, 0.9)), 0.06) ** k.u(0.6, 1)
    body = turn(lathe(skin, np.stack([shape, (0.5 - t) * length], 1)[::-1], n), "x", 90)
    body = Soup(body.tri * [w, h, 1], body.mat, body.part, body.uv)
    z = -length / 2
    tail = extrude(
        belly, [[0.1, 0], [-k.u(0.25, 0.5), k.u(0.2, 0.45)], [-0.18, 0], [-k.u(0.25, 0.5), -k.u(0.2, 0.4)]], 0.04
    )
    tail = turn(tail, "y", -90) if k.chance(0.8) else turn(turn(tail, "y", -90), "z", 90)
    fin = extrude(belly, [[-0.2, 0], [0.2, 0], [-0.1, k.u(0.15, 0.4)], [-0.28, k.u(0.1, 0.35)]], 0.04)
    parts = [body, move(tail, 0, 0, z), move(turn(fin, "y", -90), 0, h * 0.8, 0)]
    side = turn(move(turn(fin, "y", -90), 0, 0, 0), "z", -k.u(60, 110))
    parts.append(both(move(side, w * 0.75, -h * 0.25, 0.2)))
    eye = h * k.u(0.12, 0.25)
    parts.append(both(ball(dark, eye * 0.5, eye, eye, (w * 0.62, h * 0.2, length * 0.36), 8)))
    return join(parts)


def bird(k: Kit) -> Soup:
    """Return a bird, chicken, penguin, bee or bat-like flyer."""
    coat, second, beak = k.mat("any"), k.mat("any"), k.mat("glow")
    n, r, h, lean = k.round(), k.u(0.25, 0.4), k.u(0.3, 0.55), k.u(10, 80)
    body = turn(ball(coat, r, h, r, sides=n), "x", lean)
    high, forward = h * np.cos(np.radians(lean)), h * np.sin(np.radians(lean))
    hr = r * k.u(0.5, 0.9)
    at = (0.0, high + hr * 0.5, forward * 0.8)
    parts = [
        body,
        ball(coat, hr, hr, hr, at, n),
        rod(beak, (0, at[1], at[2] + hr * 0.8), (0, at[1] - 0.02, at[2] + hr * k.u(1.4, 2.2)), hr * 0.3, 0.01, 5),
    ]
    parts.append(
        both(ball(k.mat("dark"), hr * 0.15, hr * 0.2, hr * 0.15, (hr * 0.5, at[1] + hr * 0.2, at[2] + hr * 0.78), 6))
    )
    span = k.u(0.3, 1.1)
    wing = extrude(second, [[0, -0.1], [span, k.u(-0.3, 0.2)], [span * 0.7, 0.2], [0, 0.22]], 0.05)
    parts.append(both(turn(move(turn(wing, "x", -lean), r * 0.8, 0, 0), "z", k.u(-70, 40), (r * 0.8, 0, 0))))
    parts.append(turn(box(second, r, 0.05, k.u(0.2, 0.5), 0, -high * 0.6, -forward - 0.1), "x", k.u(-20, 20)))
    if k.chance(0.7):
        low = bounds(body)[0, 1]
        foot = join(
            rod(beak, (r * 0.4, low - 0.2, 0), (r * 0.4, low + 0.1, 0), 0.03),
            box(beak, 0.14, 0.03, 0.2, r * 0.4, low - 0.22, 0.05),
        )
        parts.append(both(foot))
    return join(parts)


def robot(k: Kit) -> Soup:
    """Return a robot, mech, drone or dummy: stacked machine parts with jointed limbs."""
    a, b, glow, dark = k.mat(k.pick(["metal", "paint", "light"])), k.mat("paint"), k.mat("glow"), k.mat("dark")
    n = k.round(1.2)
    w, h, d = k.u(0.4, 0.8), k.u(0.35, 0.7), k.u(0.3, 0.6)
    leg = k.u(0.25, 0.7)
    style = k.n(0, 2)
    trunk = k.pick(
        [
            box(a, w, h, d, 0, leg, 0, max(k.bevel, 0.1)),
            lathe(a, [[w * 0.3, leg], [w * 0.5, leg + h * 0.6], [w * 0.35, leg + h]], n),
            ball(a, w / 2, h / 2, d / 2, (0, leg + h / 2, 0), n),
        ]
    )
    parts = [trunk]
    if style == 0:
        knee = (w * k.u(0.4, 0.7), leg * 0.5, -k.u(0, 0.2))
        parts.append(
            both(
                join(
                    rod(dark, (w * 0.3, leg + 0.1, 0), knee, 0.07),
                    rod(b, knee, (w * 0.4, 0.08, 0.05), 0.06),
                    box(b, 0.2, 0.1, 0.34, w * 0.4, 0, 0.08, k.bevel),
                )
            )
        )
    elif style == 1:
        limb = join(
            rod(dark, (0.1, leg + 0.1, 0), (w * 0.8, leg * 0.9, 0), 0.05),
            rod(b, (w * 0.8, leg * 0.9, 0), (w * 0.95, 0, 0), 0.06, 0.02),
        )
        parts.append(ring(limb, k.n(3, 6)))
    else:
        parts += [cylinder(dark, 0.06, leg + 0.05, 8), lathe(b, [[0.3, 0], [0.28, 0.08], [0.08, 0.14]], n)]
    y = leg + h
    hr = k.u(0.12, 0.3)
    parts.append(
        box(b, 2 * hr, 1.5 * hr, 1.6 * hr, 0, y - 0.01, 0, k.bevel)
        if k.chance(0.5)
        else ball(b, hr, hr, hr, (0, y + hr * 0.7, 0), n)
    )
    parts.append(
        both(ball(glow, hr * 0.22, hr * 0.22, hr * 0.15, (hr * 0.4, y + hr * 0.8, hr * 0.85), 8))
        if k.chance(0.6)
        else box(glow, hr * 1.4, hr * 0.3, 0.05, 0, y + hr * 0.6, hr * 0.82)
    )
    if k.chance(0.4):
        parts.append(
            join(
                rod(dark, (0, y + hr, 0), (0, y + hr * 2.4, 0), 0.016),
                ball(glow, 0.04, 0.04, 0.04, (0, y + hr * 2.4, 0), 6),
            )
        )
    if k.chance(0.75):
        s, elbow = y - 0.12, k.u(0.1, 0.3)
        hand = (w / 2 + elbow, s - k.u(0.1, 0.4), k.u(0, 0.3))
        joint = (w / 2 + elbow, s - 0.05, 0.0)
        tip = k.pick([ball(b, 0.09, 0.09, 0.09, hand, 8), box(b, 0.14, 0.14, 0.3, hand[0], hand[1] - 0.07, hand[2])])
        parts.append(
            both(
                join(
                    ball(dark, 0.1, 0.1, 0.1, (w / 2, s, 0), 8),
                    rod(dark, (w / 2, s, 0), joint, 0.045),
                    rod(a, joint, hand, 0.06),
                    tip,
                )
            )
        )
    return join(parts)


def bug(k: Kit) -> Soup:
    """Return an insect, spider, crab, snail or slime."""
    coat, second, dark = k.mat("any"), k.mat("any"), k.mat("dark")
    n = k.round(1.2)
    if k.chance(0.3):  # slime or ghost
        r, h = 0.5, k.u(0.5, 1.1)
        t = np.linspace(0, np.pi / 2, 6)
        body = lathe(
            coat,
            np.concatenate(
                [[[r * k.u(0.9, 1.15), 0], [r, h * 0.3]], np.stack([r * np.cos(t), h * 0.5 + h * 0.4 * np.sin(t)], 1)]
            ),
            n,
        )
        return join(
            body, face(k, 0.42, 0.42, h * 0.6, dark), ring(ball(coat, 0.16, 0.1, 0.16, (r, 0.08, 0), 6), k.n(5, 8))
        )
    y, count = k.u(0.15, 0.4), k.n(2, 4)
    parts = [
        ball(coat, k.u(0.25, 0.4), 0.25, 0.4, (0, y + 0.1, -0.25), n),
        ball(second, 0.2, 0.18, 0.2, (0, y + 0.1, 0.25), n),
    ]
    for i in range(count):
        z = 0.25 - 0.2 * i
        knee = (k.u(0.4, 0.6), y + k.u(0.1, 0.4), z * 1.4)
        parts.append(
            both(
                join(
                    rod(dark, (0.1, y, z * 0.7), knee, 0.03, sides=5),
                    rod(dark, knee, (knee[0] + 0.2, 0, z * 1.8), 0.03, 0.016, 5),
                )
            )
        )
    parts += [move(p, 0, 0, 0.25) for p in face(k, 0.2, 0.17, y + 0.12, dark)]
    if k.chance(0.4):
        parts.append(both(turn(ball(k.mat("light"), 0.35, 0.02, 0.14, (0.4, y + 0.32, -0.1), 8), "y", k.u(-30, 30))))
    return join(parts)


def head(k: Kit) -> Soup:
    """Return a head, skull, mask or bust blended from round forms with carved eyes."""
    skin, dark = k.mat(k.pick(["bone", "skin", "stone", "leaf", "gold"])), k.mat("dark")
    w, h, d = k.u(0.35, 0.5), k.u(0.4, 0.55), k.u(0.4, 0.55)
    jaw, nose = k.u(0.15, 0.35), k.u(0.05, 0.2)
    solid = blend(
        [
            ellipsoid((0, 0, 0), (w, h, d)),
            block((0, -h * 0.75, d * 0.25), (w * 0.62, jaw, d * 0.6), 0.08),
            capsule((0, -0.02, d * 0.9), (0, -nose - 0.05, d + nose * 0.6), 0.05, 0.08),
        ],
        0.1,
    )
    eye_y, eye = k.u(-0.05, 0.1), k.u(0.07, 0.14)
    for s in (-1, 1):
        solid = less(solid, ellipsoid((s * w * 0.42, eye_y, d * 0.95), (eye, eye, 0.14)))
    if k.chance(0.4):
        solid = blend(
            [
                solid,
                capsule((0, -h * 0.7, 0), (0, -h - 0.5, -0.05), 0.2),
                ellipsoid((0, -h - 0.75, -0.05), (0.65, 0.32, 0.28)),
            ],
            0.12,
        )
    body = nets(skin, solid, (-0.7, -1.7, -0.65), (0.7, 0.65, 0.9), k.n(30, 44))
    parts = [body]
    if k.chance(0.5):
        parts.append(both(ball(dark, eye * 0.6, eye * 0.6, eye * 0.6, (w * 0.42, eye_y, d * 0.8), 8)))
    if k.chance(0.3):
        parts.append(
            both(rod(k.mat("bone"), (w * 0.6, h * 0.6, 0), (w * k.u(1, 1.8), h * k.u(1.1, 1.8), 0), 0.1, 0.01))
        )
    return join(parts)
