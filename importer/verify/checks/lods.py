"""The LOD chain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from importer.records import Finding
from importer.verify.subject import Subject, fault


def order(subject: Subject) -> Iterator[Finding]:
    """Each level must have fewer triangles than the one before."""
    for finer, coarser in pairwise(subject.levels):
        if len(coarser.faces) >= len(finer.faces):
            what = (
                f"LOD{coarser.number} has {len(coarser.faces)} triangles, "
                f"LOD{finer.number} before it has {len(finer.faces)}"
            )
            yield fault(True, "LOD_ORDER", coarser.where, what, "Number the levels from fine to coarse.")


def numbers(subject: Subject) -> Iterator[Finding]:
    """Levels must count up from 0 without a gap."""
    found = [level.number for level in subject.levels]
    first = found[0] if subject.expected is None else 0  # elsewhere a file may hold one of the levels alone
    if found != list(range(first, first + len(found))):
        what = "the levels are " + ", ".join(f"LOD{number}" for number in found)
        yield fault(subject.ours, "LOD_GAP", subject.where, what, "Number the levels from 0 without a gap.")


def counts(subject: Subject) -> Iterator[Finding]:
    """Triangles must be as many as known."""
    if subject.expected is None:
        return
    for level in subject.levels:
        known = subject.expected.triangles
        if level.number >= len(known):
            what = f"LOD{level.number} is one level more than the asset has"
        elif len(level.faces) != known[level.number]:
            what = f"LOD{level.number} has {len(level.faces)} triangles, not {known[level.number]}"
        else:
            continue
        yield fault(True, "LOD_TRIANGLES", level.where, what, "Publish the asset again.")


def bounds(subject: Subject) -> Iterator[Finding]:
    """A level must not change the silhouette's extent, or the switch is seen."""
    finest = subject.levels[0]
    for level in subject.levels[1:]:
        off = max(float(np.abs(a - b).max()) for a, b in zip(level.box, finest.box, strict=True)) / finest.longest
        if off > 0.02:
            what = f"its box differs from LOD0's by {off:.1%} of the longest side"
            fix = "Simplify less, or lock the extremes of the mesh."
            yield fault(off > 0.1, "LOD_BOUNDS", level.where, what, fix)
