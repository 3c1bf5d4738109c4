"""Trees, bushes, flowers, mushrooms, cacti, rocks, cliffs."""
# ruff: noqa: RUF005 (sums of arrays)

from __future__ import annotations

import numpy as np

from importer.records import F64
from training.procedural.carve import cut_away
from training.procedural.field import blend, ellipsoid, nets
from training.procedural.paint import Kit
from training.procedural.solids import ball, box, cylinder, extrude, hull, lathe, sweep
from training.procedural.soup import Soup, bounds, join, move, reshape, ring, scale, turn


def crooked(k: Kit, start: F64, end: F64, wobble: float, points: int = 5) -> F64:
    """Return a path from `start` to `end` that strays by `wobble` of its length."""
    t = np.linspace(0, 1, points)[:, None]
    length = float(np.linalg.norm(end - start))
    stray = k.rng.normal(0, wobble * length, (points, 3)) * np.sin(np.pi * t)
    return start + (end - start) * t + stray


def lump(k: Kit, mat: int, r: float, points: int = 24, rough: float = 0.12, squash: float = 1.0) -> Soup:
    """Return a faceted blob: the hull of a noisy sphere."""
    d = k.rng.normal(size=(points, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    return hull(mat, d * r * (1 + k.rng.uniform(-rough, rough, (points, 1))) * [1, squash, 1])


def crown(k: Kit, mat: int, r: float) -> Soup:
    """Return one tuft of leaves centred on the origin: faceted, smooth, boxy or a cluster."""
    style = k.n(0, 4)
    if style == 0:
        return ball(mat, r, r * k.u(0.7, 1.2), r, sides=k.round(1.2))
    if style == 1:
        return box(mat, r * 1.6, r * 1.5, r * 1.6, 0, -r * 0.75, 0, k.u(0.1, 0.3))
    if style == 2:
        return join(
            [
                move(lump(k, mat, r * k.u(0.45, 0.7), 16), *(k.rng.normal(0, 0.4, 3) * r * [1, 0.7, 1]))
                for _ in range(k.n(3, 6))
            ]
        )
    return lump(k, mat, r, k.n(12, 40), k.u(0.05, 0.25), k.u(0.6, 1.1))


def tree(k: Kit) -> Soup:
    """Return a broad-leaved tree: a crooked trunk, branches, tufts of leaves, fruit by chance."""
    bark, leaf = k.mat("bark"), k.mat("leaf")
    h, r, n = k.u(0.8, 2), k.u(0.06, 0.18), k.pick([4, 5, 6, 8])
    top = np.array([k.rng.normal(0, 0.12), h, k.rng.normal(0, 0.12)])
    path = crooked(k, np.zeros(3), top, k.u(0, 0.05))
    parts = [sweep(bark, path, np.linspace(r * k.u(1, 1.5), r * 0.6, len(path)), n)]
    size = k.u(0.45, 0.95)
    parts.append(move(crown(k, leaf, size), *(top + [0, size * k.u(0.2, 0.6), 0])))
    for _ in range(k.n(0, 4)):
        t, a, reach = k.u(0.45, 0.9), k.u(0, 2 * np.pi), k.u(0.3, 0.7)
        start = path[int(t * (len(path) - 1))]
        end = start + [reach * np.cos(a), reach * k.u(0.4, 1.1), reach * np.sin(a)]
        parts.append(sweep(bark, crooked(k, start, end, 0.06, 4), np.linspace(r * 0.5, r * 0.3, 4), 4 if n < 6 else 5))
        parts.append(move(crown(k, leaf, size * k.u(0.35, 0.7)), *end))
    if k.chance(0.12):
        fruit = k.mat("fruit")
        d = k.rng.normal(size=(6, 3))
        d /= np.linalg.norm(d, axis=1, keepdims=True)
        parts += [ball(fruit, 0.07, 0.07, 0.07, tuple(top + [0, size * 0.4, 0] + size * 0.9 * v), 6) for v in d]
    return join(parts)


def pine(k: Kit) -> Soup:
    """Return a conifer of stacked cones, crisp or ragged."""
    bark, leaf = k.mat("bark"), k.mat("leaf")
    snow = k.mat("snow") if k.chance(0.2) else leaf
    h, r, tiers, n = k.u(1, 2.2), k.u(0.3, 0.6), k.n(1, 5), k.pick([4, 5, 6, 8, k.round(1.2)])
    trunk = k.u(0.1, 0.45)
    parts = [cylinder(bark, r * k.u(0.15, 0.3), trunk + 0.3, max(n, 5), r * 0.12)]
    step = h / tiers
    for i in range(tiers):
        low = r * (1 - 0.75 * i / tiers)
        top = low * (k.u(0.2, 0.5) if i < tiers - 1 else 0.02)
        y = trunk + i * step
        cone = lathe(
            snow if i % 2 else leaf, [[low * 0.55, y + step * k.u(0, 0.12)], [low, y], [top, y + step * 1.2]], n
        )
        parts.append(turn(cone, "y", k.u(0, 90)))
    return turn(join(parts), "z", k.rng.normal(0, 2))


def palm(k: Kit) -> Soup:
    """Return a palm: a bent, ringed trunk and drooping fronds."""
    bark, leaf = k.mat("bark"), k.mat("leaf")
    h, lean, r = k.u(1.2, 2.2), k.u(0, 0.7), k.u(0.06, 0.12)
    t = np.linspace(0, 1, 9)
    path = np.stack([lean * t**2, h * t, 0 * t], 1)
    radius = r * (1.2 - 0.5 * t) * (1 + 0.15 * (np.arange(9) % 2))
    parts = [sweep(bark, path, radius, 6)]
    length, width, count = k.u(0.6, 1), k.u(0.1, 0.2), k.n(5, 9)
    s = np.linspace(0, 1, 5)
    frond_path = np.stack([length * s, 0.3 * np.sin(np.pi * s * 0.8) - k.u(0.2, 0.7) * s**2, 0 * s], 1)
    size = width * np.array([0.4, 0.9, 1, 0.7, 0.1])
    section = np.array([[-1, 0.1], [0, -0.14], [1, 0.1], [0, 0.16]])
    frond = upright_sweep(leaf, frond_path, size, section)
    parts.append(move(ring(frond, count), lean, h, 0))
    if k.chance(0.4):
        nut = k.mat("dark_wood")
        parts.append(move(ring(ball(nut, 0.08, 0.08, 0.08, (0.12, -0.06, 0), 6), 3), lean, h, 0))
    return join(parts)


def upright_sweep(mat: int, path: F64, size: F64, section: F64) -> Soup:
    """Sweep in the x, y plane with the section's first axis along z, the second upwards."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    up = np.stack([-tangent[:, 1], tangent[:, 0], 0 * tangent[:, 0]], 1)
    rings = path[:, None] + size[:, None, None] * (
        section[None, :, :1] * np.array([0, 0, 1.0]) + section[None, :, 1:] * up[:, None]
    )
    return join([hull(mat, np.concatenate([rings[i], rings[i + 1]])) for i in range(len(path) - 1)])


def bare_tree(k: Kit) -> Soup:
    """Return a bare tree, stump, branch or log."""
    bark, cut = k.mat("bark"), k.mat("wood")
    n, r = k.pick([5, 6, 8]), k.u(0.08, 0.2)
    if k.chance(0.3):  # stump or log
        h = k.u(0.25, 1.2)
        parts = [cylinder(bark, r * 1.6, h, n, r * 1.3), cylinder(cut, r * 1.15, 0.02, n, y=h)]
        root = sweep(bark, [(0, h * 0.3, 0), (r * 1.6, 0.06, 0), (r * 2.8, 0, 0)], [r * 0.7, r * 0.5, 0.02], 5)
        parts.append(ring(root, k.n(3, 5), k.u(0, 90)))
        s = join(parts[:2] if k.chance(0.4) else parts)
        return turn(s, "z", 90) if k.chance(0.25) else s
    parts: list[Soup] = []

    def grow(start: F64, direction: F64, length: float, radius: float, level: int) -> None:
        end = start + direction * length
        path = crooked(k, start, end, 0.05, 4)
        parts.append(sweep(bark, path, np.linspace(radius, radius * 0.6, 4), n if level == 0 else 5))
        if level >= 2 or radius < 0.02:
            return
        for _ in range(k.n(2, 3)):
            d = direction + k.rng.normal(0, 0.55, 3)
            d[1] = abs(d[1]) * 0.8 + 0.2
            grow(path[k.n(2, 3)], d / np.linalg.norm(d), length * k.u(0.5, 0.8), radius * 0.55, level + 1)

    grow(np.zeros(3), np.array([k.rng.normal(0, 0.1), 1, k.rng.normal(0, 0.1)]), k.u(0.6, 1.2), r * 0.7, 0)
    return join(parts)


def bush(k: Kit) -> Soup:
    """Return a bush, hedge, grass tuft or fern."""
    leaf = k.mat("leaf")
    style = k.n(0, 3)
    if style == 0:
        s = join(
            [
                move(lump(k, leaf, k.u(0.3, 0.5), k.n(14, 30), 0.15, 0.8), k.u(-0.5, 0.5), 0.2, k.u(-0.4, 0.4))
                for _ in range(k.n(1, 6))
            ]
        )
        if k.chance(0.3):
            berry = k.mat("fruit")
            s = join(
                s,
                [ball(berry, 0.05, 0.05, 0.05, (k.u(-0.5, 0.5), k.u(0.2, 0.55), k.u(-0.5, 0.5)), 6) for _ in range(8)],
            )
        return s
    if style == 1:  # dome of leaf shells
        n = k.n(6, 9)
        shell = scale(lump(k, leaf, 0.4, 14, 0.05), 0.6, 1.2, 0.35)
        outer = ring(move(turn(shell, "x", -30), 0, 0.3, 0.45), n)
        return join(outer, ring(move(shell, 0, 0.5, 0.2), 5), ball(leaf, 0.45, 0.6, 0.45, (0, 0.3, 0), 8))
    if style == 2:  # hedge
        s = box(leaf, k.u(0.8, 1.6), k.u(0.4, 0.8), k.u(0.3, 0.5), bevel=0.15)
        return join(s, box(k.mat("stone"), k.u(0.8, 1.7), 0.12, 0.55) if k.chance(0.3) else [])
    return blades(k, leaf, k.n(5, 14), k.u(0.3, 0.9), k.u(0.05, 0.14))


def blades(k: Kit, mat: int, count: int, h: float, w: float) -> Soup:
    """Return blades of grass or leaves that fan out from one place."""
    out = []
    section = np.array([[-1, 0.15], [0, -0.16], [1, 0.15], [0, 0.2]])
    t = np.linspace(0, 1, 4)
    for i in range(count):
        tall, lean = h * k.u(0.6, 1.1), k.u(0.05, 0.8) * h
        path = np.stack([0.06 + lean * t**1.6, tall * (t - 0.25 * lean / h * t**3), 0 * t], 1)
        blade = upright_sweep(mat, path, w * np.array([0.5, 1, 0.75, 0.06]), section)
        out.append(turn(blade, "y", 360 * i / count + k.u(-25, 25)))
    return join(out)


def flower(k: Kit) -> Soup:
    """Return a flower, potted plant, corn or lily pad."""
    leaf, petal, heart = k.mat("leaf"), k.mat("plastic"), k.mat("glow")
    h = k.u(0.5, 1.1)
    lean = k.rng.normal(0, 0.1)
    path = np.array([[0, 0, 0], [lean * 0.3, h * 0.5, 0], [lean, h, 0]])
    parts = [sweep(leaf, path, k.u(0.02, 0.045), 5), blades(k, leaf, k.n(2, 5), h * 0.5, k.u(0.06, 0.12))]
    r = k.u(0.1, 0.22)
    style = k.n(0, 2)
    if style == 0:
        one = ball(petal, r, r * 0.22, r * 0.5, (r * 1.1, 0, 0), 6)
        head = join(ring(turn(one, "z", k.u(0, 35)), k.n(4, 8)), ball(heart, r * 0.6, r * 0.35, r * 0.6, sides=8))
        head = turn(head, "z", -k.u(0, 60))
    elif style == 1:
        head = lathe(
            petal, [[0.03, -r], [r * 0.9, -r * 0.4], [r * 1.1, r], [r * 0.8, r], [r * 0.5, -r * 0.1]], k.n(5, 8)
        )
    else:
        head = crown(k, petal, r)
    parts.append(move(head, lean, h, 0))
    s = join(parts)
    if k.chance(0.4):
        pot = k.mat("brick")
        pr, ph = k.u(0.18, 0.3), k.u(0.25, 0.45)
        vessel = lathe(
            pot,
            [
                [pr * 0.7, 0],
                [pr, ph * 0.8],
                [pr * 1.15, ph * 0.8],
                [pr * 1.15, ph],
                [pr * 0.9, ph],
                [pr * 0.9, ph * 0.85],
            ],
            k.pick([4, k.round()]),
        )
        s = join(move(s, 0, ph * 0.8), vessel)
    return s


def mushroom(k: Kit) -> Soup:
    """Return one mushroom or a group."""
    stem, cap, dot = k.mat("bone"), k.mat(k.pick(["fruit", "bread", "plastic"])), k.mat("light")
    n = k.round(1.2)

    def one() -> Soup:
        h, r, c = k.u(0.35, 0.9), k.u(0.06, 0.2), k.u(0.25, 0.55)
        high = c * k.u(0.35, 1.1)
        t = np.linspace(0, np.pi / 2, 5)
        profile = np.concatenate(
            [
                [[r * 0.8, h + high * 0.12], [c * 0.95, h - high * 0.08]],
                np.stack([c * np.cos(t), h + high * np.sin(t)], 1),
            ]
        )
        parts = [
            lathe(stem, [[r * k.u(1, 1.5), 0], [r * 0.8, h * 0.6], [r, h + high * 0.2]], n),
            lathe(cap, profile, n),
        ]
        if k.chance(0.4):
            for _ in range(k.n(4, 9)):
                a, e = k.u(0, 2 * np.pi), k.u(0.2, 1.3)
                p = (c * np.cos(e) * np.cos(a), h + high * np.sin(e), c * np.cos(e) * np.sin(a))
                parts.append(ball(dot, 0.06, 0.05, 0.06, p, 6))
        return turn(join(parts), "z", k.rng.normal(0, 5))

    out = [one()]
    for _ in range(k.pick([0, 0, 0, 1, 2, 3])):
        out.append(move(scale(one(), k.u(0.4, 0.8)), k.u(-0.6, 0.6), 0, k.u(-0.5, 0.5)))
    return join(out)


def cactus(k: Kit) -> Soup:
    """Return a cactus or a succulent."""
    green = k.mat("leaf")
    n, h, r = k.pick([6, 8, k.round()]), k.u(0.8, 1.6), k.u(0.12, 0.22)

    def finger(path: F64, radius: float) -> Soup:
        radii = np.full(len(path), radius)
        radii[0], radii[-1] = radius * 0.8, radius * 0.35
        return sweep(green, path, radii, n)

    parts = [finger(np.array([[0, 0, 0], [0, h * 0.5, 0], [0, h * 0.93, 0], [0, h, 0]]), r)]
    for i in range(k.n(0, 3)):
        y, out, up = h * k.u(0.25, 0.65), k.u(0.25, 0.4), h * k.u(0.2, 0.4)
        path = np.array([[0, y, 0], [out * 0.8, y, 0], [out, y + 0.1, 0], [out, y + up, 0], [out, y + up + 0.06, 0]])
        parts.append(turn(finger(path, r * 0.7), "y", 180 * i + k.u(-40, 40)))
    if k.chance(0.3):
        parts.append(move(lathe(k.mat("plastic"), [[0.03, 0], [0.12, 0.08], [0.06, 0.16]], 6), 0, h))
    return join(parts)


def rock(k: Kit) -> Soup:
    """Return a rock, a group of rocks, a cliff, a crystal cluster or an ore."""
    stone = k.mat("rock")
    style = k.n(0, 5)
    if style <= 1:
        base = scale(lump(k, stone, 0.5, k.n(9, 30), k.u(0.1, 0.4)), k.u(0.7, 1.6), k.u(0.4, 1.4), k.u(0.7, 1.3))
        if k.chance(0.5):
            low = bounds(base)[0, 1]
            floor = box(stone, 9, 9, 9, 0, low - 9 + 0.3 * abs(low))
            base = cut_away(base, [floor])
        if k.chance(0.35):
            top = k.mat(k.pick(["leaf", "snow"]))
            high = bounds(base)[1, 1]
            base = join(base, move(scale(lump(k, top, 0.4, 20), 1, 0.3, 1), 0, high - 0.08))
        return base
    if style == 2:
        return join(
            [
                move(
                    scale(lump(k, stone, k.u(0.12, 0.4), k.n(8, 16), 0.3), 1, k.u(0.5, 1.1), 1),
                    k.u(-0.6, 0.6),
                    0.05,
                    k.u(-0.5, 0.5),
                )
                for _ in range(k.n(2, 7))
            ]
        )
    if style == 3:  # cliff of slabs
        parts = []
        for _ in range(k.n(2, 6)):
            w, h, d = k.u(0.3, 0.8), k.u(0.3, 1.1), k.u(0.3, 0.6)
            corner = np.array([[i, j, l] for i in (-1, 1) for j in (0, 2) for l in (-1, 1)]) / 2 * [w, h, d]
            corner = corner * np.where(corner[:, 1:2] > 0, k.u(0.6, 0.95), 1) + k.rng.normal(0, 0.05, (8, 3))
            parts.append(move(turn(hull(stone, corner), "y", k.u(0, 90)), k.u(-0.5, 0.5), 0, k.u(-0.2, 0.2)))
        return join(parts)
    if style == 4:  # crystals
        gem = k.mat("glass")
        parts = [scale(lump(k, stone, 0.35, 14, 0.2), 1.2, 0.4, 1)]
        for _ in range(k.n(1, 6)):
            h, r = k.u(0.4, 1), k.u(0.07, 0.16)
            one = lathe(gem, [[r * 0.7, 0], [r, h * 0.75], [0.005, h]], k.n(4, 6))
            parts.append(turn(turn(one, "z", k.u(0, 40)), "y", k.u(0, 360)))
        return join(parts)
    fields = [ellipsoid(tuple(k.rng.normal(0, 0.22, 3)), tuple(k.rng.uniform(0.15, 0.4, 3))) for _ in range(k.n(3, 6))]
    return nets(stone, blend(fields, 0.1), (-0.9, -0.9, -0.9), (0.9, 0.9, 0.9), k.n(12, 32))


def skinny(k: Kit) -> Soup:
    """Return coral, roots or a vine: round bars that curl."""
    mat, tip = k.mat(k.pick(["leaf", "plastic", "bark"])), k.mat("plastic")
    parts = []
    for _ in range(k.n(1, 5)):
        t = np.linspace(0, 1, 14)
        a, curl, h = k.u(0, 2 * np.pi), k.u(1, 5), k.u(0.5, 1.1)
        out = k.u(0.1, 0.5)
        path = np.stack(
            [
                out * np.sin(curl * t) * t * np.cos(a) + 0.1 * np.cos(a),
                h * t,
                out * np.sin(curl * t) * t * np.sin(a) + 0.1 * np.sin(a),
            ],
            1,
        )
        r = k.u(0.03, 0.07)
        parts.append(sweep(mat, path, r * (1.3 - t * 0.8), 6))
        if k.chance(0.6):
            parts.append(ball(tip, r * 2.2, r * 2.2, r * 2.2, tuple(path[-1]), 8))
    return join(parts)


def slab_shape(k: Kit) -> Soup:
    """Return a flat natural thing: a leaf, lily pad, puddle, path stone or dirt row."""
    mat = k.mat(k.pick(["leaf", "earth", "stone", "water"]))
    n = k.n(6, 14)
    angle = 2 * np.pi * np.arange(n) / n
    r = 0.5 * (1 + k.rng.uniform(-0.25, 0.15, n))
    shape = np.stack([r * np.cos(angle), r * np.sin(angle) * k.u(0.4, 1)], 1)
    s = turn(extrude(mat, shape, k.u(0.05, 0.2), top=k.u(0.7, 1)), "x", -90)
    if k.chance(0.4):
        s = join(s, [move(crown(k, k.mat("leaf"), 0.1), k.u(-0.3, 0.3), 0.1, k.u(-0.2, 0.2)) for _ in range(k.n(1, 5))])
    return reshape(s, lambda p: p + np.stack([0 * p[:, 0], 0.03 * np.sin(7 * p[:, 0]), 0 * p[:, 0]], 1))
