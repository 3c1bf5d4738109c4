"""Tables, seats, beds, cabinets. Sizes in metres, the front along +Z."""
# ruff: noqa: RUF005 (sums of arrays)

from __future__ import annotations

import numpy as np

from training.procedural.outline import arch, rectangle
from training.procedural.paint import Kit
from training.procedural.solids import ball, beam, box, cylinder, extrude, frustum, lathe, rod, torus
from training.procedural.soup import Soup, both, join, move, ring, row, turn


def four(s: Soup) -> Soup:
    """Return `s` mirrored in x and z."""
    return both(both(s, "x"), "z")


def legs(k: Kit, mat: int, w: float, d: float, h: float, r: float) -> Soup:
    """Return four legs under the corners of `w` x `d`: square, tapered, splayed, turned or panels."""
    x, z = w / 2 - r, d / 2 - r
    style = k.n(0, 5)
    splay = k.u(0, 0.12) * h if style in (1, 2) else 0
    if style <= 1:
        return four(beam(mat, (x + splay, 0, z + splay), (x, h, z), 2 * r))
    if style == 2:
        return four(rod(mat, (x + splay, 0, z + splay), (x, h, z), r * k.u(0.4, 0.8), r, k.round(0.7)))
    if style == 3:
        t = np.linspace(0, 1, 9)
        profile = np.stack([r * (0.75 + 0.35 * np.sin(t * k.u(6, 16) + k.u(0, 6))), t * h], 1)
        return four(move(lathe(mat, profile, k.round(0.8)), x, 0, z))
    if style == 4:
        return both(box(mat, 2 * r, h, d, x, 0, 0, k.bevel))
    return four(box(mat, 2 * r, h, 2 * r, x, 0, z, k.bevel))


def table(k: Kit) -> Soup:
    """Return a table or desk."""
    wood = k.mat(k.pick(["wood", "wood", "dark_wood", "paint", "metal"]))
    second = wood if k.chance(0.5) else k.mat(k.pick(["wood", "metal", "cloth", "paint"]))
    w, d, h = k.u(0.6, 2.2), k.u(0.5, 1.1), k.pick([k.u(0.65, 0.9), k.u(0.3, 0.5)])
    t, r = k.u(0.03, 0.1), k.u(0.025, 0.08)
    if k.chance(0.3):  # round
        radius = w / 2
        top = cylinder(second, radius, t, k.round(1.5), y=h - t)
        if k.chance(0.6):
            column = lathe(
                wood, [[radius * k.u(0.4, 0.7), 0], [r * 2, t], [r, h * 0.3], [r * k.u(1, 1.8), h]], k.round()
            )
            return join(top, column)
        return join(top, legs(k, wood, w * 0.75, w * 0.75, h - t / 2, r))
    parts = [box(second, w, t, d, 0, h - t, 0, k.bevel)]
    if k.chance(0.2):  # trestle
        end = join(
            box(wood, 2 * r, t, d * 0.9, w * 0.35),
            box(wood, 2 * r, h - t, d * 0.25, w * 0.35),
            box(wood, 2 * r, t, d * 0.8, w * 0.35, h - 2 * t),
        )
        return join(parts, both(end), box(wood, w * 0.7, r * 2, r, 0, h * k.u(0.3, 0.6)))
    parts.append(legs(k, wood, w * k.u(0.85, 1), d * k.u(0.85, 1), h - t / 2, r))
    if k.chance(0.5):
        apron = k.u(0.06, 0.16)
        parts.append(four(box(wood, w * 0.84, apron, 0.03, 0, h - t - apron, d * 0.4)))
        parts.append(both(box(wood, 0.03, apron, d * 0.82, w * 0.41, h - t - apron)))
    if k.chance(0.3):
        low = h * k.u(0.15, 0.4)
        parts.append(
            box(wood, w * 0.85, 0.03, d * 0.85, 0, low)
            if k.chance(0.5)
            else join(box(wood, w * 0.9, 0.04, 0.04, 0, low), both(box(wood, 0.04, 0.04, d * 0.9, w * 0.42, low)))
        )
    if k.chance(0.2):  # drawers on one side
        count = k.n(1, 3)
        block = box(wood, w * 0.3, h - t, d * 0.9, w * 0.33, 0, 0)
        fronts = [
            box(second, w * 0.26, (h - t) / count * 0.8, 0.04, w * 0.33, (i + 0.1) * (h - t) / count, d * 0.45)
            for i in range(count)
        ]
        parts += [block, *fronts]
    if k.chance(0.25):
        parts += things_on(k, w * 0.7, d * 0.6, h)
    return join(parts)


def things_on(k: Kit, w: float, d: float, y: float) -> list[Soup]:
    """Return a few small goods spread over a table or board."""
    out = []
    for i in range(k.n(1, 4)):
        mat, size = k.mat("any"), k.u(0.1, 0.22)
        thing = k.pick(
            [
                lambda m=mat, s=size: box(m, s, s * k.u(0.3, 1.2), s * k.u(0.6, 1.5)),
                lambda m=mat, s=size: lathe(
                    m, [[s * 0.4, 0], [s * 0.5, s], [s * 0.2, s * 1.3], [s * 0.2, s * 1.6]], k.round()
                ),
                lambda m=mat, s=size: ball(m, s / 2, s / 2, s / 2, (0, s / 2, 0), k.round()),
                lambda m=mat, s=size: lathe(
                    m, [[s * 0.5, 0], [s, s * 0.3], [s * 0.9, s * 0.3], [s * 0.4, s * 0.1]], k.round()
                ),
            ]
        )()
        out.append(move(turn(thing, "y", k.u(0, 360)), (i % 2 - 0.5) * w * k.u(0.3, 0.9), y, k.u(-0.5, 0.5) * d))
    return out


def chair(k: Kit) -> Soup:
    """Return a chair, armchair of wood, or throne."""
    wood = k.mat(k.pick(["wood", "dark_wood", "paint", "metal"]))
    seat = wood if k.chance(0.5) else k.mat("cloth")
    w, d, h = k.u(0.4, 0.6), k.u(0.4, 0.55), k.u(0.38, 0.5)
    t, r = k.u(0.03, 0.1), k.u(0.02, 0.05)
    back = k.u(0.35, 0.8)
    tilt = k.u(0, 12)
    parts = [box(seat, w, t, d, 0, h - t, 0, k.bevel)]
    if k.chance(0.12):  # office chair
        foot = ring(beam(wood, (0, 0.06, 0), (w * 0.55, 0.04, 0), 0.05), 5)
        parts += [foot, cylinder(wood, 0.03, h - t, k.round(), y=0.05)]
        parts.append(ring(ball(wood, 0.035, 0.035, 0.035, (w * 0.55, 0.035, 0), 6), 5))
    else:
        parts.append(legs(k, wood, w, d, h - t / 2, r))
        if k.chance(0.4):
            parts.append(both(box(wood, r, r, d * 0.9, w / 2 - r, h * 0.4)))
            parts.append(box(wood, w * 0.9, r, r, 0, h * 0.4, -d / 2 + r))
    rest = chair_back(k, wood, w, back, r)
    parts.append(turn(move(rest, 0, h - t / 2, -d / 2 + r), "x", -tilt, (0, h, -d / 2)))
    if k.chance(0.3):
        arm = k.u(0.18, 0.28)
        side = join(box(wood, 2 * r, 0.04, d, w / 2, h + arm), box(wood, 2 * r, arm, 2 * r, w / 2, h, d / 2 - r))
        parts.append(both(side))
    return join(parts)


def chair_back(k: Kit, mat: int, w: float, h: float, r: float) -> Soup:
    """Return a chair's back that stands on 0: panel, rounded, slats or rungs between posts."""
    style = k.n(0, 4)
    if style == 0:
        return box(mat, w, h, 2 * r, bevel=k.bevel)
    if style == 1:
        return extrude(mat, arch(w, h, steps=k.n(3, 8)) if h > w / 2 + 0.02 else rectangle(w, h), 2 * r)
    posts = both(box(mat, 2 * r, h, 2 * r, w / 2 - r))
    top = box(mat, w, h * k.u(0.12, 0.3), 1.6 * r, 0, h * 0.72)
    if style == 2:
        count = k.n(1, 5)
        return join(posts, top, row(box(mat, r * k.u(0.8, 1.6), h * 0.75, r), count, x=w / (count + 1)))
    count = k.n(2, 4)
    return join(posts, row(box(mat, w * 0.9, h / count * k.u(0.35, 0.7), r, 0, h * 0.25), count, y=h * 0.7 / count))


def stool(k: Kit) -> Soup:
    """Return a stool, three or four legs or a column."""
    wood = k.mat(k.pick(["wood", "dark_wood", "metal", "paint"]))
    seat = wood if k.chance(0.5) else k.mat("cloth")
    r, h, t = k.u(0.15, 0.25), k.u(0.3, 0.8), k.u(0.03, 0.09)
    top = (
        cylinder(seat, r, t, k.round(1.2), r * k.u(0.85, 1), h - t)
        if k.chance(0.7)
        else box(seat, 2 * r, t, 2 * r, 0, h - t)
    )
    if k.chance(0.2):
        return join(top, cylinder(wood, 0.03, h - t, k.round()), cylinder(wood, r * 0.9, 0.04, k.round(1.2), r * 0.7))
    count, splay = k.n(3, 4), k.u(0.6, 1.1)
    leg = rod(wood, (r * splay, 0, 0), (r * 0.6, h - t / 2, 0), k.u(0.018, 0.035), sides=k.pick([4, 6, 8]))
    parts = [top, ring(leg, count, 45)]
    if k.chance(0.6):
        parts.append(torus(wood, r * (0.6 + 0.4 * splay) / 2 + r * 0.1, 0.018, k.round(1.5), 5, h * k.u(0.25, 0.5)))
    return join(parts)


def sofa(k: Kit) -> Soup:
    """Return a sofa or armchair, perhaps with a corner."""
    cloth = k.mat(k.pick(["cloth", "dark_wood", "paint"]))
    pads = cloth if k.chance(0.5) else k.mat("cloth")
    foot = k.mat("dark_wood")
    seats = k.n(1, 3)
    w, d, h = 0.25 + 0.65 * seats, k.u(0.75, 1.0), k.u(0.32, 0.45)
    arm, back, lift = k.u(0.12, 0.25), k.u(0.35, 0.6), k.pick([0.0, 0.06, 0.12])
    bevel = max(k.bevel, 0.05 if k.chance(0.6) else 0)
    parts = [box(cloth, w, h - lift, d, 0, lift, 0, bevel * 0.4)]
    rest = box(cloth, w, back, arm, 0, h, -d / 2 + arm / 2, bevel)
    parts.append(turn(rest, "x", -k.u(0, 10), (0, h, -d / 2 + arm)))
    if k.chance(0.85):
        high = h + k.u(0.1, 0.25)
        side = box(cloth, arm, high - lift, d, w / 2, lift, 0, bevel)
        if k.chance(0.25):
            side = join(side, turn(cylinder(cloth, arm * 0.6, d, k.round()), "x", 90, (0, 0, 0)))
            roll = turn(cylinder(cloth, arm * 0.6, d, k.round()), "x", 90)
            side = join(box(cloth, arm, high - lift, d, w / 2, lift), move(roll, w / 2, high, -d / 2))
        parts.append(both(side))
    if k.chance(0.7):
        step = (w - arm) / seats
        parts.append(row(box(pads, step * 0.97, 0.12, d * 0.8, 0, h - 0.02, d * 0.08, 0.25), seats, x=step))
    if lift:
        parts.append(four(box(foot, 0.06, lift + 0.02, 0.06, w / 2 - 0.06, 0, d / 2 - 0.06)))
    if k.chance(0.15):
        parts.append(box(cloth, 0.7, h - lift, d * 0.9, w / 2 - 0.35, lift, d * 0.85, bevel * 0.4))
    return join(parts)


def bed(k: Kit) -> Soup:
    """Return a bed: frame, boards, mattress, blanket, pillows; or two of it as a bunk."""
    wood, sheet = k.mat(k.pick(["wood", "dark_wood", "paint", "metal"])), k.mat("light")
    blanket = k.mat("cloth")
    w, d, h = k.u(0.8, 1.9), k.u(1.8, 2.2), k.u(0.15, 0.35)
    m, t = k.u(0.12, 0.28), k.u(0.05, 0.12)
    head, foot = k.u(0.3, 0.8), k.u(-0.1, 0.35)
    parts = [box(wood, w, t * 1.5, d, 0, h - t / 2), four(box(wood, t, h, t, w / 2 - t / 2, 0, d / 2 - t / 2))]
    board = (
        arch(w, h + m + head, steps=k.n(4, 8), point=-k.u(0.5, 0.8)) if k.chance(0.3) else rectangle(w, h + m + head)
    )
    parts.append(extrude(wood, board, t, z=-d / 2))
    parts.append(box(wood, w, max(h + m + foot, h), t, 0, 0, d / 2))
    parts.append(box(sheet, w * 0.95, m, d * 0.96, 0, h + t / 2, 0, 0.15))
    parts.append(box(blanket, w * 0.985, m * 1.05, d * k.u(0.5, 0.75), 0, h + t / 2, d * 0.1, 0.1))
    count = 2 if w > 1.3 else 1
    parts.append(row(box(sheet, 0.55, 0.12, 0.32, 0, h + t / 2 + m * 0.9, -d / 2 + 0.25, 0.3), count, x=w * 0.45))
    whole = join(parts)
    if k.chance(0.08):
        posts = four(box(wood, t, 2.0, t, w / 2, 0, d / 2 - t / 2))
        return join(whole, move(whole, 0, 1.1), posts)
    return whole


def cabinet(k: Kit) -> Soup:
    """Return a cabinet, dresser, wardrobe or nightstand with doors and drawers."""
    wood = k.mat(k.pick(["wood", "wood", "dark_wood", "paint", "metal", "light"]))
    front = wood if k.chance(0.5) else k.mat(k.pick(["wood", "paint", "light"]))
    knob = k.mat(k.pick(["metal", "gold", "dark"]))
    w, h, d = k.u(0.4, 1.8), k.u(0.45, 2.1), k.u(0.35, 0.7)
    lift = k.pick([0.0, 0.05, k.u(0.08, 0.25)])
    parts = [box(wood, w, h - lift, d, 0, lift, 0, k.bevel * 0.3)]
    if lift:
        parts.append(
            four(frustum(wood, 0.04, 0.04, lift, 1.5))
            if lift < 0.04
            else four(box(wood, 0.06, lift + 0.01, 0.06, w / 2 - 0.05, 0, d / 2 - 0.05))
        )
    if k.chance(0.5):
        parts.append(box(wood, w * 1.06, k.u(0.03, 0.08), d * 1.06, 0, h))
    if k.chance(0.3):
        parts.append(box(wood, w * 1.05, k.u(0.06, 0.12), d * 1.05, 0, lift))
    columns, depth = k.n(1, 3 if w > 0.8 else 2), k.u(0.02, 0.05)
    for i in range(columns):
        rows = k.n(1, 4) if h < 1.3 else k.pick([1, 2, 2])
        cw, ch = w * 0.94 / columns, (h - lift) * 0.94 / rows
        for j in range(rows):
            x, y = (i - (columns - 1) / 2) * cw, lift + (h - lift) * 0.03 + j * ch
            parts.append(box(front, cw * 0.92, ch * 0.92, depth, x, y + ch * 0.04, d / 2 + depth * 0.4, k.bevel * 0.5))
            side = 0.0 if cw > ch else (0.35 if i < columns / 2 else -0.35) * cw
            size = min(cw, ch) * 0.1 + 0.01
            handle = (
                ball(knob, size / 2, size / 2, size / 2, sides=6)
                if k.chance(0.5)
                else box(knob, *((size * 3, size * 0.5, size) if cw > ch else (size * 0.5, size * 3, size)))
            )
            parts.append(move(handle, x + side, y + ch / 2, d / 2 + depth))
    return join(parts)


def shelf(k: Kit) -> Soup:
    """Return a bookcase or rack, empty or with books and goods."""
    wood = k.mat(k.pick(["wood", "dark_wood", "metal", "paint"]))
    w, h, d, t = k.u(0.6, 1.6), k.u(0.8, 2.1), k.u(0.25, 0.5), k.u(0.025, 0.07)
    count, open_back = k.n(2, 5), k.chance(0.3)
    step = (h - t) / count
    parts = [row(box(wood, w, t, d), count + 1, y=step)]
    if k.chance(0.25):
        parts.append(four(box(wood, t, h, t, w / 2 - t / 2, 0, d / 2 - t / 2)))
    else:
        parts.append(both(box(wood, t, h, d, w / 2 - t / 2)))
    if not open_back:
        parts.append(box(wood, w, h, t * 0.8, 0, 0, -d / 2 + t / 2))
    if k.chance(0.4):
        parts.append(box(wood, w * 1.08, t * 1.5, d * 1.1, 0, h - t / 2))
        parts.append(box(wood, w * 1.06, t * 2, d * 1.06))
    if k.chance(0.55):
        colours = [k.mat("cloth") for _ in range(4)]
        for level in range(count):
            x = -w / 2 + t
            while x < w / 2 - 0.15 and len(parts) < 90:
                thick = k.u(0.03, 0.12) * (1 + w / 2)
                if k.chance(0.8):
                    tall = step * k.u(0.5, 0.8)
                    parts.append(
                        box(k.pick(colours), thick * 0.94, tall, d * 0.7, x + thick / 2, level * step + t * 0.9)
                    )
                x += thick
    return join(parts)


def bench(k: Kit) -> Soup:
    """Return a park bench, log bench or church pew."""
    wood = k.mat(k.pick(["wood", "wood", "dark_wood", "paint", "stone"]))
    frame = wood if k.chance(0.35) else k.mat(k.pick(["metal", "stone", "iron"]))
    w, d, h = k.u(1.0, 2.0), k.u(0.35, 0.55), k.u(0.38, 0.5)
    t, slats = k.u(0.03, 0.07), k.pick([1, 1, 3, 4])
    x = w * k.u(0.34, 0.48)
    parts = [row(box(wood, w, t, d / slats * (0.86 if slats > 1 else 1), 0, h - t), slats, z=d / slats)]
    if k.chance(0.25):
        parts.append(both(box(frame, k.u(0.06, 0.3), h - t, d * 0.85, x)))
        return join(parts)
    parts.append(four(beam(frame, (x, 0, d * 0.45), (x, h - t, d * 0.38), 0.06)))
    parts.append(both(box(frame, 0.06, 0.05, d * 0.9, x, h - t - 0.04)))
    if k.chance(0.65):
        back, tilt = k.u(0.35, 0.5), k.u(4, 18)
        n = k.n(1, 3)
        rest = join(
            both(box(frame, 0.06, back, 0.05, x)),
            row(box(wood, w, back / n * 0.62, t, 0, back * 0.22, 0.03), n, y=back * 0.72 / n),
        )
        parts.append(turn(move(rest, 0, h - t, -d / 2), "x", -tilt, (0, h, -d / 2)))
        if k.chance(0.5):
            arm = join(box(frame, 0.07, 0.04, d, x, h + 0.2), box(frame, 0.05, 0.22, 0.05, x, h, d * 0.4))
            parts.append(both(arm))
    return join(parts)


def door(k: Kit) -> Soup:
    """Return a door or window with its frame, panels or boards, knob or panes."""
    frame, leaf, knob = (
        k.mat(k.pick(["wood", "stone", "paint"])),
        k.mat(k.pick(["wood", "paint", "metal"])),
        k.mat("gold"),
    )
    w, h, t = k.u(0.7, 1.2), k.u(0.9, 2.2), k.u(0.05, 0.14)
    round_head = k.chance(0.3)
    shape = arch if round_head and h > w else rectangle
    outer, inner = shape(w, h), shape(w * 0.84, h * 0.92)
    if k.chance(0.4) or h < 1.4:  # window
        glass = k.mat("glass")
        bars = join(
            row(box(frame, t * 0.5, h * 0.94, t * 0.7, 0, 0.02), k.n(1, 2), x=w * 0.3),
            row(box(frame, w * 0.9, t * 0.5, t * 0.7, 0, h * 0.33), k.n(1, 2), y=h * 0.3),
        )
        if round_head and h > w:
            bars = box(frame, w * 0.86, t * 0.5, t * 0.7, 0, h * 0.5)
        pane = inner + [0, h * 0.04]
        parts = [
            extrude(frame, outer, t, [pane]),
            extrude(glass, shape(w * 0.9, h * 0.95) + [0, h * 0.02], t * 0.3),
            bars,
        ]
        return join(parts, box(frame, w * 1.12, t * 0.6, t * 1.8, 0, -t * 0.3)) if k.chance(0.6) else join(parts)
    parts = [extrude(leaf, shape(w * 0.9, h * 0.96), t * 0.6)]
    if k.chance(0.6):
        parts += (
            [both(box(frame, w * 0.08, h, t, w * 0.46)), box(frame, w, h * 0.05, t, 0, h * 0.96)]
            if shape is rectangle
            else []
        )
    rows = k.n(1, 3)
    for j in range(rows):
        size = h * 0.85 / rows
        for x in (-0.2, 0.2) if k.chance(0.6) else (0.0,):
            width = w * (0.3 if x else 0.68)
            if not round_head or j < rows - 1:
                parts.append(box(leaf, width, size * 0.8, t * 0.9, x * w, h * 0.06 + j * size, 0, 0.1))
    parts.append(both(ball(knob, w * 0.045, w * 0.045, w * 0.045, (w * 0.34, h * 0.47, t * 0.5), 6), "z"))
    return join(parts)
