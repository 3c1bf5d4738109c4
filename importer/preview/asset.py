"""The stage: the pictures of one asset."""

from __future__ import annotations

from importer.preview.maps import map_sheet
from importer.preview.sheet import fit, png
from importer.preview.turntable import turntable
from importer.preview.wireframe import wireframe
from importer.records import Cutout, Files, Lods, Maps, Picture

INPUT_SIDE = 512


def preview(picture: Picture | Cutout, lods: Lods, maps: Maps) -> Files:
    """Draw an asset offline.

    Parameters
    ----------
    picture : Picture or Cutout
        What the asset came from; shown beside it.
    lods : Lods
        Level 0 is shown textured, all levels as wireframes.
    maps : Maps
        The textures of every level.

    Returns
    -------
    Files
        ``preview/turntable.png``, ``preview/wireframe.png``, ``preview/maps.png``, ``preview/input.png``; same input,
        same bytes.
    """
    mesh = lods.meshes[0]
    sheets = {
        "turntable": turntable(picture.rgba, mesh, maps),
        "wireframe": wireframe(lods),
        "maps": map_sheet(mesh, maps),
        "input": fit(picture.rgba, INPUT_SIDE, INPUT_SIDE),
    }
    return Files({f"preview/{name}.png": png(sheet) for name, sheet in sheets.items()})
