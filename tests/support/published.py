"""Whole assets as files, in memory or written out as a published folder."""

from __future__ import annotations

from pathlib import Path

from importer.export.asset import export
from importer.export.manifest import manifest
from importer.export.manifest_schema import Skeleton
from importer.records import Files, Quality
from importer.verify.asset import verify
from tests.support.models import Asset


def exported(asset: Asset) -> Files:
    """Return the export's files."""
    return export(asset.name, asset.lods, asset.maps, asset.collision, asset.profile.export)


def checked(asset: Asset, files: Files) -> Quality:
    """Return the quality report on files."""
    return verify(
        asset.name, files, asset.prediction.view, asset.solid, asset.unwrapped, asset.lods, asset.maps,
        asset.collision, asset.profile.pivot,
    )  # fmt: skip


def described(
    asset: Asset, files: Files, quality: Quality, picture: str = "cart.png", skeleton: Skeleton | None = None
) -> bytes:
    """Return the manifest."""
    made = manifest(
        asset.name, picture, asset.picture, asset.cutout, asset.prediction, asset.solid, asset.unwrapped, asset.lods,
        asset.maps, asset.collision, asset.profile, quality, files, skeleton=skeleton,
    )  # fmt: skip
    assert list(made.files) == [f"{asset.name}.manifest.json"]
    return made.files[f"{asset.name}.manifest.json"]


def publish(asset: Asset, folder: Path) -> Path:
    """Write the asset to a folder and return it."""
    files = exported(asset)
    text = described(asset, files, checked(asset, files))
    for name, data in {**files.files, f"{asset.name}.manifest.json": text}.items():
        path = folder / asset.name / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / asset.name
