"""`<asset>.manifest.json`: what was made, how good it is and where it comes from. Same input, same bytes."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from importer.export import manifest_schema as schema
from importer.export.flavour import FILE_FRAME, Flavour, flavour
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
    TexturedMesh,
    Unwrapped,
)

# The packages whose version can change an asset's bytes.
_PACKAGES = (
    *("asset-drop", "embreex", "fast-simplification", "libigl", "manifold3d", "meshoptimizer", "numpy", "onnxruntime"),
    *("onnxruntime-gpu", "opencv-python-headless", "pillow", "pygltflib", "rembg", "scikit-image", "scipy", "trimesh"),
    "xatlas",
)


def manifest(
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
    quality: Quality,
    *published: Files,
) -> Files:
    """Describe everything else; the last step of an asset.

    Parameters
    ----------
    picture_file : str
        The picture's file name; folders before it are left out.
    *published : Files
        What will be published beside the manifest: the export's files, the previews.

    Returns
    -------
    Files
        One file, ``<name>.manifest.json``.
    """
    records = (picture, cutout, prediction, solid, unwrapped, lods, maps, collision, *published)
    warnings = tuple(dict.fromkeys(text for record in records for text in record.warnings))
    entry = schema.Manifest(
        generator=schema.Generator(name="asset-drop", version=version("asset-drop")),
        asset=schema.AssetEntry(name=name, kind=profile.asset.kind),
        frame=FILE_FRAME,
        pivot=profile.pivot,
        bounds=bounds(lods.meshes[0]),
        lods=_lods(lods),
        collision=schema.CollisionEntry(
            kind=collision.kind,
            hulls=len(collision.hulls),
            vertices=sum(len(hull.vertices) for hull in collision.hulls),
        ),
        files=_files({name: data for part in published for name, data in part.files.items()}),
        targets={
            target: _target(flavour(target, name, len(lods.meshes), len(collision.hulls)), lods)
            for target in profile.export.targets
        },
        guesses=_guesses(solid, quality),
        quality=_quality(quality),
        provenance=schema.Provenance(
            picture=re.split(r"[/\\]", picture_file)[-1],
            picture_sha256=picture.sha256,
            matte=cutout.method,
            model=dict(prediction.model),
            programs=_programs(),
            parameters=_parameters(profile),
        ),
        warnings=warnings,
    )
    return Files({f"{name}.manifest.json": encode(entry.model_dump(mode="json", exclude_none=True))})


def encode(value: dict[str, Any]) -> bytes:
    """Return JSON with sorted keys, floats of six significant digits (nine decimals at most), and a final line feed."""
    text = json.dumps(_rounded(value), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8")


def json_schema() -> bytes:
    """Return the JSON Schema of the manifest, as published in docs/manifest.schema.json."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Asset manifest"}
    text = json.dumps({**schema.Manifest.model_json_schema(), **head}, sort_keys=True, indent=2)
    return (text + "\n").encode("utf-8")


def bounds(mesh: TexturedMesh) -> schema.Bounds:
    """Return bounding box and area-weighted centre of a mesh."""
    corners = np.asarray(mesh.vertices, np.float64)[mesh.faces]
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    total = area.sum()
    centroid = (corners.mean(1) * area[:, None]).sum(0) / total if total > 0 else corners.mean((0, 1))
    low, high = corners.min((0, 1)), corners.max((0, 1))
    return schema.Bounds(min=_vector(low), max=_vector(high), centroid=_vector(centroid))


def _lods(lods: Lods) -> tuple[schema.LodEntry, ...]:
    return tuple(
        schema.LodEntry(
            level=i,
            triangles=len(mesh.faces),
            vertices=len(mesh.vertices),
            error_m=float(error),
            screen_size=float(size),
        )
        for i, (mesh, error, size) in enumerate(zip(lods.meshes, lods.errors, lods.screen_sizes, strict=True))
    )


def _files(files: dict[str, bytes]) -> tuple[schema.FileEntry, ...]:
    return tuple(
        schema.FileEntry(path=path, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), role=_role(path))
        for path, data in sorted(files.items())
    )


def _role(path: str) -> Any:
    if path.startswith("preview/"):
        return "preview"
    return "mesh" if path.endswith((".glb", ".fbx")) else "texture"


def _target(layout: Flavour, lods: Lods) -> schema.TargetEntry:
    box = bounds(lods.meshes[0])
    ends = np.array([box.min, box.max]) @ np.array(layout.from_gltf).T
    slots: dict[schema.Slot, str] = {texture.slot: texture.file for texture in layout.textures}
    return schema.TargetEntry(
        folder=layout.target,
        lods=layout.lods,
        collision=layout.collision,
        materials=(schema.MaterialSlot(name=layout.material, textures=slots),),
        textures=layout.textures,
        in_engine=schema.InEngine(
            frame=layout.frame,
            from_gltf=layout.from_gltf,
            min=_vector(ends.min(0)),
            max=_vector(ends.max(0)),
        ),
    )


def _guesses(solid: Solid, quality: Quality) -> tuple[schema.Guess, ...]:
    guesses = []
    if solid.scale_is_guess:
        why = (
            "the picture has no scale: the longest side is 1 m; set one of scale.height_m, width_m, depth_m, longest_m"
        )
        guesses.append(schema.Guess(what="scale", why=why))
    seen = quality.figures.get("surface_seen")
    part = f"{float(seen):.0%} of the surface is in the picture; " if seen is not None else ""
    guesses.append(schema.Guess(what="hidden_side", why=f"{part}shape and colour of the rest are guessed"))
    for what in ("roughness", "metallic"):
        guesses.append(schema.Guess(what=what, why="one picture under unknown light does not tell it"))
    return tuple(guesses)


def _quality(quality: Quality) -> schema.QualityEntry:
    findings = tuple(
        schema.FindingEntry(severity=x.severity, code=x.code, where=x.where, what=x.what, fix=x.fix)  # type: ignore[arg-type]
        for x in quality.findings
    )
    return schema.QualityEntry(figures=dict(quality.figures), findings=findings)


def _programs() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _parameters(profile: Profile) -> dict[str, Any]:
    values = profile.model_dump(mode="json")
    # A path names the machine it lies on; the model's hash says which one it was.
    values["reconstruct"]["model"] = re.split(r"[/\\]", values["reconstruct"]["model"])[-1]
    return values


def _vector(values: np.ndarray) -> schema.Vector:
    x, y, z = (float(value) for value in values)
    return (x, y, z)


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{round(value, 9):.6g}") + 0.0  # + 0.0: no negative zero
    return value
