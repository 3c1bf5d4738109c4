"""Aeroplanes, helicopters, rockets, spaceships; the front along +Z."""

from __future__ import annotations

import numpy as np

from training.procedural.families.vehicles import wheel
from training.procedural.paint import Kit
from training.procedural.solids import ball, box, cylinder, extrude, hull, lathe, rod
from training.procedural.soup import Soup, both, join, move, ring, turn


def wing(mat: int, root: float, tip: float, span: float, sweep_: float, rise: float, t: float = 0.06) -> Soup:
    """Return a right wing from the origin along +x, chord along z."""

    def station(x: float, y: float, z: float, c: float, thick: float) -> list[list[float]]:
        return [[x, y, z + c / 2], [x, y + thick, z + c * 0.15], [x, y, z - c / 2], [x, y - thick, z + c * 0.15]]

    return hull(mat, station(0, 0, 0, root, t) + station(span, rise, -sweep_, tip, t * 0.4))


def plane(k: Kit) -> Soup:
    """Return an aeroplane, helicopter or rocket."""
    body, second, glass = k.mat("paint"), k.mat("paint"), k.mat("glass")
    length, r, n = k.u(1.6, 2.6), k.u(0.14, 0.28), k.round(1.2)
    style = k.n(0, 3)
    if style == 0:  # rocket
        t = np.linspace(0, 1, 6)
        tube = lathe(
            body,
            np.concatenate(
                [
                    [[r * 0.8, 0], [r, 0.2], [r, length * 0.6]],
                    np.stack([r * np.cos(t * 1.5), length * 0.6 + length * 0.3 * np.sin(t * 1.5)], 1),
                ]
            ),
            n,
        )
        fin = extrude(second, [[r * 0.7, 0.1], [r * 2.2, -0.2], [r * 2, 0.2], [r * 0.7, 0.7]], 0.05)
        port = ball(glass, r * 0.4, r * 0.4, r * 0.2, (0, length * 0.55, r * 0.9), n)
        return join(tube, ring(fin, k.n(3, 4), 45), port, lathe(k.mat("dark"), [[r * 0.7, -0.15], [r * 0.5, 0]], n))
    y = np.linspace(0, 1, 7)
    shape = np.array([0.15, 0.45, 0.75, 1, 1, 0.85, 0.3]) * r
    fuselage = turn(lathe(body, np.stack([shape, (y - 0.5) * length], 1), n), "x", 90)
    if style == 1:  # helicopter
        blade = box(second, k.u(0.8, 1.3), 0.03, 0.09, 0.45, r * 2.1)
        skid = join(
            rod(second, (r, -r * 1.6, -0.4), (r, -r * 1.6, 0.5), 0.03),
            rod(second, (r, -r * 1.6, 0.2), (r * 0.5, -r * 0.5, 0.2), 0.025),
        )
        cabin = ball(glass, r * 1.4, r * 1.4, r * 1.9, (0, 0, length * 0.25), n)
        tail = join(
            box(second, 0.04, 0.35, 0.2, 0, 0, -length * 0.48), box(second, 0.03, 0.06, 0.5, 0.05, 0.12, -length * 0.48)
        )
        return join(
            fuselage, cabin, ring(blade, k.n(2, 4)), rod(second, (0, 0, 0), (0, r * 2.2, 0), 0.035), both(skid), tail
        )
    span, chord = length * k.u(0.4, 0.65), length * k.u(0.15, 0.3)
    main = both(
        move(
            wing(second, chord, chord * k.u(0.4, 1), span, k.u(0, 0.4) * span, k.u(-0.05, 0.15)),
            0,
            k.u(-0.6, 0.6) * r,
            length * 0.05,
        )
    )
    parts = [
        fuselage,
        main,
        both(move(wing(second, chord * 0.6, chord * 0.4, span * 0.35, 0.1, 0), 0, 0.03, -length * 0.44)),
    ]
    parts.append(
        move(turn(wing(second, chord * 0.7, chord * 0.4, span * 0.35, 0.2, 0), "z", 90), 0, 0.03, -length * 0.42)
    )
    parts.append(ball(glass, r * 0.6, r * 0.7, r * 1.4, (0, r * 0.7, length * 0.18), n))
    if k.chance(0.5):
        parts.append(move(turn(ring(box(k.mat("dark"), r * 2, 0.03, 0.08, r), 3), "x", 90), 0, 0, length * 0.51))
    if k.chance(0.2):
        parts.append(move(main, 0, r * 2.2, 0))
        parts.append(both(box(body, 0.03, r * 2.2, 0.05, span * 0.5, 0, 0.05)))
    if k.chance(0.4):
        parts.append(
            both(
                join(
                    rod(body, (r * 0.5, -r * 0.5, length * 0.2), (r * 1.2, -r * 1.7, length * 0.2), 0.03),
                    move(wheel(k, 0.12, 0.07), r * 1.2, -r * 1.7, length * 0.2),
                )
            )
        )
    return join(parts)


def spaceship(k: Kit) -> Soup:
    """Return a spaceship, saucer or satellite: a body and mirrored pods, wings, engines."""
    body, second, glow, glass = (
        k.mat(k.pick(["light", "metal", "paint"])),
        k.mat("paint"),
        k.mat("glow"),
        k.mat("glass"),
    )
    n = k.round(1.2)
    if k.chance(0.25):  # saucer
        r = k.u(0.7, 1)
        h = k.u(0.15, 0.35)
        s = join(
            lathe(body, [[r * 0.3, -h], [r, -0.03], [r, 0.03], [r * 0.4, h]], n * 2),
            ball(glass, r * 0.38, r * 0.35, r * 0.38, (0, h * 0.8, 0), n),
        )
        lamp = ball(glow, 0.07, 0.05, 0.07, (r * 0.75, h * 0.45, 0), 6)
        leg = rod(second, (r * 0.5, -h * 0.5, 0), (r * 0.7, -h - 0.3, 0), 0.03)
        return join(s, ring(lamp, k.n(5, 9)), ring(leg, 3) if k.chance(0.4) else [])
    length, w, h = k.u(1.2, 2.4), k.u(0.3, 0.6), k.u(0.2, 0.4)
    nose = k.u(0.05, 0.5)
    parts = [
        hull(
            body,
            [
                [x * w / 2 * s, y * h / 2 * s + dy, z]
                for x in (-1, 1)
                for y in (-1, 1)
                for z, s, dy in ((-length / 2, k.u(0.6, 1), 0), (0, 1, 0), (length / 2, nose, -h * 0.1))
            ],
        )
    ]
    parts.append(ball(glass, w * 0.32, h * 0.5, length * 0.15, (0, h * 0.35, length * k.u(0.05, 0.25)), n))
    for _ in range(k.n(1, 3)):
        style = k.n(0, 3)
        z = k.u(-0.45, 0.1) * length
        if style == 0:
            s = move(
                wing(
                    second, length * k.u(0.2, 0.5), length * k.u(0.05, 0.3), k.u(0.4, 1), k.u(-0.3, 0.5), k.u(-0.2, 0.3)
                ),
                w * 0.3,
                0,
                z,
            )
        elif style == 1:
            tube = lathe(second, [[0.08, 0], [0.13, 0.1], [0.13, 0.5], [0.05, 0.7]], n)
            s = move(
                join(turn(tube, "x", 90), move(turn(cylinder(glow, 0.09, 0.05, n), "x", 90), 0, 0, -0.04)),
                w * k.u(0.5, 1.1),
                k.u(-0.1, 0.15),
                z - 0.2,
            )
        elif style == 2:
            s = box(second, 0.08, k.u(0.2, 0.5), k.u(0.3, 0.6), w * k.u(0.3, 0.6), 0, z)
        else:
            s = box(body, w * k.u(0.4, 0.9), h * 0.6, length * k.u(0.2, 0.5), w * 0.5, -h * 0.3, z, 0.2)
        parts.append(both(s))
    engine = move(turn(lathe(k.mat("dark"), [[0.13, 0], [0.09, 0.25]], n), "x", 90), 0, 0, -length * 0.52)
    parts.append(both(move(engine, w * 0.25, 0, 0)) if k.chance(0.5) else engine)
    return join(parts)
