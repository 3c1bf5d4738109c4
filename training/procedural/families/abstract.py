"""Plain solids and free forms: prisms, carved blocks, turned and swept bodies, blends, panels, assemblies."""
# ruff: noqa: RUF005 (sums of arrays)

from __future__ import annotations

import itertools

import numpy as np

from importer.records import F64
from training.procedural.carve import cut_away
from training.procedural.field import Field, blend, block, capsule, ellipsoid, less, nets
from training.procedural.outline import arch, mirrored, rectangle, star
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
from training.procedural.soup import Soup, both, bounds, fit, join, move, ring, row, turn


def prism(k: Kit) -> Soup:
    """Return a plain solid of a building-block set: box, wedge, ramp, prism, half round, cone, dome, pyramid."""
    mat = k.mat(k.pick(["paint", "plastic", "light", "stone", "wood", "any"]))
    w, h, d = np.exp(k.rng.normal(0, 0.6, 3))
    w, h, d = (float(v) for v in np.maximum([w, h, d], max(w, h, d) * 0.02))
    n = k.round(1.5)
    kinds = [
        lambda: box(mat, w, h, d, bevel=k.bevel),
        lambda: box(mat, w, h, d, bevel=k.bevel),
        lambda: extrude(mat, [[-w / 2, 0], [w / 2, 0], [-w / 2 + w * k.u(0, 0.5), h], [-w / 2, h]], d),
        lambda: extrude(mat, [[-w / 2, 0], [w / 2, 0], [w * k.u(-0.5, 0.5), h]], d),
        lambda: extrude(mat, [[-w / 2, 0], [w / 2, 0], [w / 2, h * 0.4], [0, h * 0.4], [0, h], [-w / 2, h]], d),
        lambda: extrude(mat, arch(w, w / 2 + h * 0.5, steps=8), d),
        lambda: cylinder(mat, w / 2, h, n, w / 2 * k.u(0, 1)),
        lambda: frustum(mat, w, d, h, (k.u(0, 1), k.u(0, 1)), shift=(k.u(-0.2, 0.2), 0)),
        lambda: lathe(mat, np.stack([w / 2 * np.cos(t := np.linspace(0, 1.57, 6)), h * np.sin(t)], 1), n),
        lambda: turn(extrude(mat, pie(k.u(0.8, 4.5)), h), "x", -90),
        lambda: hull(mat, k.rng.uniform(-1, 1, (k.n(5, 10), 3)) * [w, h, d]),
        lambda: turn(extrude(mat, star(k.n(3, 9), 0.5, k.u(0.2, 0.48)), h * 0.4), "x", k.pick([0, -90])),
        lambda: extrude(mat, outer := circle(n, 0.5), h * 0.5, [outer * k.u(0.4, 0.85)]),
    ]
    s = k.pick(kinds)()
    if k.chance(0.25):
        low, high = bounds(s)
        size, middle = (high - low) * 1.02, (low + high) / 2
        t = float(size[1]) * k.u(0.08, 0.25)
        s = join(s, box(k.mat("paint"), float(size[0]), t, float(size[2]), middle[0], low[1] - t * 0.9, middle[2]))
    return s


def pie(angle: float) -> F64:
    """Return a sector of the unit disc."""
    a = np.linspace(0, angle, 9)
    return np.concatenate([[[0, 0]], np.stack([np.cos(a), np.sin(a)], 1)])


def carved(k: Kit) -> Soup:
    """Return a convex block with convex cuts: slots, steps, notches, holes."""
    mat = k.mat("any")
    inner = mat if k.chance(0.5) else k.mat("any")
    w, h, d = k.u(0.5, 1.2), k.u(0.3, 1.2), k.u(0.4, 1.2)
    n = k.round()
    body = k.pick(
        [
            box(mat, w, h, d),
            cylinder(mat, w / 2, h, n, w / 2 * k.u(0.5, 1)),
            extrude(mat, star(4, 0.6, 0.5), d),
            frustum(mat, w, d, h, k.u(0.3, 1)),
        ]
    )
    cutters = []
    for _ in range(k.n(1, 3)):
        style = k.n(0, 3)
        x, y, z = k.u(-0.4, 0.4) * w, k.u(0.2, 0.9) * h, k.u(-0.4, 0.4) * d
        if style == 0:  # slot right through
            cutters.append(
                box(
                    inner,
                    *k.pick(
                        [
                            (3, k.u(0.1, 0.4) * h, k.u(0.2, 0.5) * d),
                            (k.u(0.15, 0.5) * w, k.u(0.2, 0.6) * h, 3),
                            (k.u(0.15, 0.4) * w, 3, k.u(0.2, 0.5) * d),
                        ]
                    ),
                    x,
                    y,
                    z,
                )
            )
        elif style == 1:  # round hole
            hole = turn(cylinder(inner, k.u(0.1, 0.3) * min(w, h), 3, n, y=-1.5), k.pick(["x", "z"]), 90)
            cutters.append(move(hole, x * 0.5, h / 2, z * 0.5))
        elif style == 2:  # corner
            cutters.append(
                turn(
                    box(inner, w, h, d, w * k.u(0.5, 0.8), h * k.u(0.4, 0.6), d * k.u(0.4, 0.9)),
                    "y",
                    k.pick([0, 90, 180, 45]),
                )
            )
        else:  # bevelled top
            cutters.append(turn(box(inner, 4, 2, 4, 0, h * 0.8), "z", k.u(15, 40), (0, h * 0.8, 0)))
    return cut_away(body, cutters, inner)


def turned(k: Kit) -> Soup:
    """Return a free body of revolution in one to four materials, perhaps lying, with ornaments around it."""
    n, count = k.pick([4, 5, 6, k.round(1.3), k.round(1.6)]), k.n(3, 9)
    mats = [k.mat("any") for _ in range(k.n(1, 4))]
    r = np.clip(np.abs(np.cumsum(k.rng.normal(0, 0.25, count)) + 0.4), 0.06, 0.8)
    y = np.cumsum(k.rng.exponential(0.22, count) * (k.rng.random(count) > 0.2))
    y = y / max(float(y[-1]), 1e-3) * k.u(0.3, 2)
    cuts = sorted({0, count - 1, *k.rng.integers(1, count - 1, len(mats) - 1).tolist()})
    parts = [
        lathe(mats[i % len(mats)], np.stack([r, y], 1)[a : b + 1], n)
        for i, (a, b) in enumerate(itertools.pairwise(cuts))
        if y[b] > y[a]
    ]
    if k.chance(0.3):
        i = k.n(0, count - 1)
        parts.append(ring(ball(mats[0], 0.09, 0.09, 0.09, (r[i], y[i], 0), 6), k.n(3, 8)))
    if k.chance(0.2):
        parts.append(ring(box(mats[-1], 0.3, y[-1] * 0.4, 0.08, max(r) * 0.9, y[-1] * 0.2), k.n(3, 6)))
    if not parts:
        parts = [cylinder(mats[0], 0.5, 1, n)]
    s = join(parts)
    return turn(s, "z", 90) if k.chance(0.2) else s


def swept(k: Kit) -> Soup:
    """Return pipes, wires, rails or ribbons along random curves."""
    mat, cap = k.mat(k.pick(["metal", "plastic", "any"])), k.mat("metal")
    style = k.n(0, 3)
    t = np.linspace(0, 1, 24)
    if style == 0:  # pipe with square turns
        step = k.rng.integers(0, 3, k.n(2, 5))
        points = [np.zeros(3)]
        for axis in step:
            points.append(points[-1] + np.eye(3)[axis] * k.u(0.3, 0.8) * k.pick([-1, 1, 1]))
        r = k.u(0.05, 0.12)
        parts = [rod(mat, tuple(a), tuple(b), r, sides=k.round()) for a, b in itertools.pairwise(points)]
        parts += [ball(mat, r * 1.15, r * 1.15, r * 1.15, tuple(p), k.round()) for p in points[1:-1]]
        parts += [ball(cap, r * 1.5, r * 1.5, r * 1.5, tuple(p), k.round()) for p in (points[0], points[-1])]
        return join(parts)
    turns, phase = k.u(0.2, 2.5), k.u(0, 6)
    path = np.stack(
        [
            np.cos(2 * np.pi * turns * t + phase) * k.u(0.2, 0.6),
            k.u(0.2, 1.5) * t,
            np.sin(2 * np.pi * turns * t + phase) * k.u(0.2, 0.6),
        ],
        1,
    )
    if style == 1:
        return sweep(mat, path, k.u(0.04, 0.12) * (1 - k.u(0, 0.8) * t), k.pick([4, 6, 8]))
    if style == 2:  # ribbon
        return sweep(mat, path, 1, section=np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [k.u(0.06, 0.2), 0.02])
    hoop = sweep(
        mat,
        np.stack([np.cos(a := 2 * np.pi * t[:-1]), k.u(0, 0.4) * np.cos(k.n(2, 5) * a), np.sin(a)], 1)
        * [0.6, 1, k.u(0.3, 0.6)],
        k.u(0.03, 0.1),
        6,
        closed=True,
    )
    return join(hoop, ring(rod(cap, (0.55, -0.4, 0), (0.55, 0.4, 0), 0.03), k.n(2, 5))) if k.chance(0.3) else hoop


def blended(k: Kit) -> Soup:
    """Return a smooth union of balls, bars and blocks with bites taken out, mirrored by chance."""
    mat = k.mat("any")
    fields: list[Field] = []
    centre, size = np.zeros(3), 0.3
    for _ in range(k.n(2, 6)):
        at, size = tuple(centre), k.u(0.15, 0.4)
        fields.append(
            k.pick(
                [
                    ellipsoid(at, tuple(size * k.rng.uniform(0.5, 1.4, 3))),
                    capsule(at, tuple(np.array(at) + k.rng.normal(0, 0.35, 3)), size * 0.5, size * k.u(0.15, 0.5)),
                    block(at, tuple(size * k.rng.uniform(0.5, 1.2, 3)), size * 0.2),
                ]
            )
        )
        step = k.rng.normal(size=3)
        centre = np.clip(centre + step / np.linalg.norm(step) * size * 0.6, -0.6, 0.6)
    solid = blend(fields, k.pick([0.0, 0.05, 0.15]))
    for _ in range(k.n(0, 2)):
        solid = less(
            solid, k.pick([ellipsoid, block])(tuple(k.rng.normal(0, 0.4, 3)), tuple(k.rng.uniform(0.1, 0.3, 3)))
        )
    if k.chance(0.6):
        solid = folded(solid)
    s = nets(mat, solid, (-1, -1, -1), (1, 1, 1), k.n(24, 40))
    return s if len(s.tri) > 20 else ball(mat, 0.5, 0.4, 0.5, sides=12)


def folded(half: Field) -> Field:
    """Return the field that repeats `half` of x > 0 as its mirror image."""
    return lambda p: half(np.concatenate([np.abs(p[..., :1]), p[..., 1:]], -1))


def panel(k: Kit) -> Soup:
    """Return a flat plate with holes, ribs, rivets, a relief or a frame, standing or lying."""
    mat, trim = k.mat("any"), k.mat("any")
    w, h, t = k.u(0.5, 1.5), k.u(0.4, 1.2), k.u(0.02, 0.12)
    outline = k.pick(
        [
            rectangle(w, h),
            arch(w, max(h, w * 0.6)),
            mirrored([[w * 0.3, 0], [w / 2, h * 0.3], [w / 2, h * 0.8], [w * 0.35, h]]),
        ]
    )
    style = k.n(0, 3)
    if style == 0:
        n, m = k.n(1, 4), k.n(1, 3)
        hole = k.pick([circle(8, 0.32), rectangle(0.6, 0.6, 0, -0.3), star(4, 0.4, 0.25)])
        holes = [
            hole * [w / n * 0.7, h / m * 0.7] + [(i + 0.5 - n / 2) * w / n * 0.9, (j + 0.5) * h / m * 0.9 + h * 0.05]
            for i in range(n)
            for j in range(m)
        ]
        s = extrude(mat, rectangle(w, h), t, holes)
    elif style == 1:
        s = join(
            extrude(mat, outline, t),
            extrude(
                trim,
                (outline - outline.mean(0)) * 1.1 + outline.mean(0),
                t * 1.6,
                [(outline - outline.mean(0)) * 0.92 + outline.mean(0)],
            ),
        )
    elif style == 2:
        wave = np.array([[x, 0.05 * np.sin(x * k.sides)] for x in np.linspace(-w / 2, w / 2, 33)])
        s = turn(extrude(mat, np.concatenate([wave, (wave + [0, max(t, 0.02)])[::-1]]), h), "x", 0)
    else:
        bolt = ball(trim, 0.04, 0.04, t * 0.9, sides=6)
        s = join(
            extrude(mat, rectangle(w, h), t),
            [move(bolt, x, y, t * 0.4) for x in (-w * 0.4, w * 0.4) for y in (h * 0.12, h * 0.88)],
            extrude(trim, star(k.n(3, 8), 0.25, k.u(0.1, 0.24)) * [1, 1] + [0, h / 2], t * 1.5),
        )
    return turn(s, "x", -90) if k.chance(0.3) else s


def machine(k: Kit) -> Soup:
    """Return an assembly of boxes, rounds and bars: a body with mirrored and repeated attachments."""
    mats = [k.mat(k.pick(["metal", "paint", "dark", "any"])) for _ in range(k.n(2, 4))]
    w, h, d = k.u(0.4, 1), k.u(0.3, 1), k.u(0.3, 0.9)
    n = k.round()
    body = k.pick(
        [
            box(mats[0], w, h, d, bevel=k.bevel),
            cylinder(mats[0], w / 2, h, n, w / 2 * k.u(0.6, 1)),
            frustum(mats[0], w, d, h, k.u(0.5, 1)),
        ]
    )
    parts = [body]
    for _ in range(k.n(2, 6)):
        m, size = k.pick(mats), k.u(0.08, 0.4)
        x, y, z = k.u(0, 0.42) * w, k.u(0, 0.95) * h, k.u(-0.42, 0.42) * d
        one = k.pick(
            [
                lambda m=m, s=size: box(m, s, s * k.u(0.3, 2), s * k.u(0.5, 1.5), bevel=k.bevel),
                lambda m=m, s=size: cylinder(m, s / 2, s * k.u(0.3, 2), n, s / 2 * k.u(0.4, 1)),
                lambda m=m, s=size: turn(cylinder(m, s / 2, s, n), "z", -90),
                lambda m=m, s=size: turn(cylinder(m, s / 2, s, n), "x", 90),
                lambda m=m, s=size: rod(m, (0, 0, 0), (k.u(-0.3, 0.5), k.u(0, 0.8), k.u(-0.2, 0.5)), 0.03),
                lambda m=m, s=size: beam(m, (0, 0, 0), (k.u(0, 0.5), k.u(-0.5, 0.5), 0), 0.06, 0.1),
                lambda m=m, s=size: torus(m, s / 2, s * 0.12, n, 5),
                lambda m=m, s=size: ball(m, s / 2, s / 2, s / 2, sides=n),
            ]
        )()
        one = move(one, x, y, z)
        way = k.n(0, 3)
        parts.append(
            both(one)
            if way <= 1
            else both(one, "z")
            if way == 2
            else row(one, k.n(2, 4), y=0.9 * float(np.ptp(one.tri[..., 1])))
        )
    return join(parts)


def assembly(k: Kit, builders: list) -> Soup:
    """Return parts of two families put together: the second on, beside or in place of a corner of the first."""
    first, second = fit_unit(k.pick(builders)(k)), fit_unit(k.pick(builders)(k))
    s = k.u(0.35, 0.9)
    high = first.tri[..., 1].max()
    size = second.tri.reshape(-1, 3).max(0) * s
    way = k.n(0, 2)
    small = Soup(second.tri * s, second.mat, second.part, second.uv)
    if way == 0:
        return join(first, move(small, k.u(-0.2, 0.2), high - 0.03, k.u(-0.2, 0.2)))
    if way == 1:
        return join(first, move(small, first.tri[..., 0].max() + size[0] - 0.04))
    return join(first, both(move(small, first.tri[..., 0].max() * k.u(0.3, 1), k.u(0, 0.5) * high, 0)))


def fit_unit(s: Soup) -> Soup:
    """Scale evenly to longest side 1, standing on 0, centred in x and z."""
    points = s.tri.reshape(-1, 3)
    low, high = points.min(0), points.max(0)
    size = (high - low) / (high - low).max()
    return fit(s, [-size[0] / 2, 0, -size[2] / 2], [size[0] / 2, size[1], size[2] / 2])
