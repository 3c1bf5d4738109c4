"""The last stage: the manifest of all files that will be published."""

from __future__ import annotations

from importer.export.manifest import manifest
from importer.profile.schema import Profile
from importer.records import (
    Collision,
    Cutout,
    Files,
    Lods,
    Maps,
    Picture,
    Prediction,
    Quality,
    Solid,
    Unwrapped,
)


def assemble(
    name: str,
    picture_file: str,
    picture: Picture,
    cutout: Cutout,
    prediction: Prediction,
    solid: Solid,
    unwrapped: Unwrapped,
    lods: Lods,
    maps: Maps,
    collision: Collision,
    profile: Profile,
    exported: Files,
    previews: Files,
    quality: Quality,
) -> Files:
    """Return ``<name>.manifest.json`` for the export's files and the previews together."""
    files = Files({**exported.files, **previews.files}, (*exported.warnings, *previews.warnings))
    return manifest(
        name,
        picture_file,
        picture,
        cutout,
        prediction,
        solid,
        unwrapped,
        lods,
        maps,
        collision,
        profile,
        files,
        quality,
    )
