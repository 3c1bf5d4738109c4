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
from importer.verify.subject import Expected


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
    expected = _expected(solid, lods, pivot)
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
    yield from inspect(layout.target, meshes, measure, expected, layout, files.files)


def _expected(solid: Solid, lods: Lods, pivot: str) -> Expected:
    return Expected(
        # The dense solid is the measure: simplifying must not have changed the size.
        low=solid.mesh.vertices.min(0).astype(np.float64),
        high=solid.mesh.vertices.max(0).astype(np.float64),
        centroid=np.array(bounds(lods.meshes[0]).centroid),
        pivot=pivot,
        triangles=tuple(len(mesh.faces) for mesh in lods.meshes),
    )
