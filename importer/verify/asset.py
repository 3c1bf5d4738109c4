"""The verify stage: what is wrong with an asset before it is published, and how good it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import numpy as np

from importer.export.flavour import Flavour, flavour
from importer.export.manifest import bounds
from importer.profile.schema import Target
from importer.records import Collision, Files, Finding, Lods, Maps, Quality, Solid, Unwrapped, View
from importer.verify.images import measure_all, remembered
from importer.verify.inspect import Measure, inspect
from importer.verify.quality import figures
from importer.verify.subject import Expected, Layout, fault


def verify(
    name: str,
    files: Files,
    view: View,
    solid: Solid,
    unwrapped: Unwrapped,
    lods: Lods,
    maps: Maps,
    collision: Collision,
    pivot: str,
) -> Quality:
    """Read the exported files back and check them against what they were made from.

    Parameters
    ----------
    name : str
        The asset's name.
    files : Files
        The export's result.
    view : View
        What the network saw; compared with the asset seen through ``solid.camera``.
    pivot : str
        The profile's: base or center.

    Returns
    -------
    Quality
        Findings, worst first, and figures. Nothing raises: a bad asset is a finding.
    """
    findings: list[Finding] = []
    findings += _retopology(solid, lods)
    box = bounds(lods.meshes[0])
    triangles = tuple(len(mesh.faces) for mesh in lods.meshes)
    expected = Expected(np.array(box.min), np.array(box.max), np.array(box.centroid), pivot, triangles)
    measure = remembered(measure_all)
    for target in get_args(Target):
        if any(path.startswith(f"{target}/") for path in files.files):
            layout = flavour(target, name, len(lods.meshes), len(collision.hulls))
            findings += _target(layout, files, expected, measure)
    findings = sorted(dict.fromkeys(findings), key=lambda finding: finding.severity)
    return Quality(tuple(findings), figures(view, solid, unwrapped, lods, maps))


def _target(layout: Flavour, files: Files, expected: Expected, measure: Measure) -> Iterator[Finding]:
    for path in (*layout.meshes, *(texture.file for texture in layout.textures)):
        if path not in files.files:
            yield Finding("error", "FILE_MISSING", path, "the export did not write it", "Export again.")
    meshes = {path: files.files[path] for path in layout.meshes if path in files.files}
    where = Layout(layout.lods, layout.collision, layout.textures)
    yield from inspect(layout.target, meshes, measure, expected, where, files.files)


def _retopology(solid: Solid, lods: Lods) -> Iterator[Finding]:
    """LOD0 must have the extent of the dense solid that it stands for."""
    dense, sparse = solid.mesh.vertices, lods.meshes[0].vertices
    off = np.abs([dense.min(0) - sparse.min(0), dense.max(0) - sparse.max(0)]).max() / max(
        np.ptp(dense, axis=0).max(), 1e-30
    )
    if off > 0.02:
        what = f"its box differs from the dense mesh's by {off:.1%} of the longest side"
        yield fault(off > 0.1, "RETOPO_BOUNDS", "LOD0", what, "Raise retopo.faces.")
