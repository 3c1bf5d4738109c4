"""The connected pieces of a level: inside out, inside another, or afloat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from importer.records import Finding
from importer.verify.subject import Subject, fault

_CRUMB = 1e-3  # of the surface
_INWARD = 0.01  # of the surface
_AFLOAT, _AFLOAT_OURS = 0.02, 0.005  # gap to all else, of the longest side; signs stand off walls on purpose
_SHELL = 0.01  # of the surface: less is no waste worth a word
_ALMOST = 0.02  # of a piece's edges may be open, and its volume still has a meaning
_FLAT = 0.01  # volume over area to the power of 1.5; a ball has 0.094, a cube 0.068
_MOST = 1000  # crumbs that are looked at


def winding(subject: Subject) -> Iterator[Finding]:
    """Closed pieces must enclose a positive volume; they are seen inside out otherwise."""
    for level in subject.levels:
        if not len(level.net.faces):
            continue
        parts = level.pieces
        inward = parts.closed & (parts.volume < 0)
        inward[inward] = [not parts.inside(int(i)) for i in np.flatnonzero(inward)]
        part = float(parts.area[inward].sum() / parts.area.sum())
        fix = "Reverse the order of each triangle's corners."
        if part > _INWARD:
            volume = float(parts.volume[inward].sum())
            much = "the triangles face inward" if part > 0.99 else f"{part:.0%} of the surface faces inward"
            what = f"{much}: the enclosed volume is {volume:.3g} m3"
            yield fault(subject.ours or part > 0.5, "WINDING_INWARD", level.where, what, fix)
            continue
        almost = ~parts.closed & (parts.net.faulty <= _ALMOST * parts.net.edges)
        inward = almost & (parts.volume < -_FLAT * parts.area**1.5)
        part = float(parts.area[inward].sum() / parts.area.sum())
        if part > 0.05:
            what = f"{part:.0%} of the surface, closed but for a few edges, faces inward"
            yield fault(subject.ours, "WINDING_INWARD", level.where, what, fix)


def shells(subject: Subject) -> Iterator[Finding]:
    """A piece that lies wholly inside another is never seen, and costs as much as what is."""
    level = subject.levels[0]
    if level.net.components < 2:
        return
    parts = level.pieces
    hidden = [i for i in np.flatnonzero(parts.closed) if parts.inside(int(i))]
    part = float(parts.area[hidden].sum() / parts.area.sum())
    if part > _SHELL:
        what = f"{len(hidden)} of {len(parts.area)} pieces, {part:.0%} of the surface, lie unseen inside others"
        yield fault(False, "INNER_SHELL", level.where, what, "Remove them, or join the solids into one.")


def debris(subject: Subject) -> Iterator[Finding]:
    """No crumbs may float beside LOD0."""
    level = subject.levels[0]
    if level.net.components < 2:
        return
    parts = level.pieces
    gap = (_AFLOAT_OURS if subject.ours else _AFLOAT) * level.longest
    small = np.flatnonzero(parts.area < _CRUMB * parts.area.sum())
    afloat = [i for i in small[:_MOST] if parts.gap(int(i)) > gap]
    if afloat:
        what = f"{len(afloat)} of {len(parts.area)} pieces float off the rest, each under 0.1 % of the surface"
        yield fault(False, "DEBRIS", level.where, what, "Remove floating crumbs.")
