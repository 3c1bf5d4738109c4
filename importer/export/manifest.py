"""`<asset>.manifest.json`: what was made, how good it is and where it comes from. Same input, same bytes."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import re
import struct
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from importer.export import manifest_schema as schema
from importer.export.flavour import FILE_FRAME, Flavour, flavour
from importer.matte import shipped
from importer.matte.network import ALLOWED
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
    *("asset-drop", "deflate", "embreex", "fast-simplification", "libigl", "manifold3d", "meshoptimizer", "numpy"),
    *("onnxruntime", "onnxruntime-gpu", "opencv-python-headless", "pillow", "pygltflib", "rembg", "scikit-image"),
    *("scipy", "trimesh", "xatlas"),
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
    skeleton: schema.Skeleton | None = None,
) -> Files:
    """Describe everything else; the last step of an asset.

    Parameters
    ----------
    picture_file : str
        The picture's file name; folders before it are left out.
    *published : Files
        What will be published beside the manifest: the export's files, the previews.
    skeleton : Skeleton, optional
        The rig, where there is one.

    Returns
    -------
    Files
        One file, ``<name>.manifest.json``.
    """
    records = (picture, cutout, prediction, solid, unwrapped, lods, maps, collision, *published)
    warnings = tuple(dict.fromkeys(text for record in records for text in record.warnings))
    files = {path: data for part in published for path, data in part.files.items()}
    entry = schema.Manifest(
        schema_version=schema.SCHEMA_VERSION,
        generator=schema.Generator(name="asset-drop", version=version("asset-drop")),
        asset=schema.AssetEntry(name=name, kind=profile.asset.kind),
        frame=FILE_FRAME,
        pivot=profile.pivot,
        bounds=bounds(lods.meshes[0]),
        lods=_lods(lods),
        skeleton=skeleton,
        collision=schema.CollisionEntry(
            kind=collision.kind,
            hulls=len(collision.hulls),
            vertices=sum(len(hull.vertices) for hull in collision.hulls),
        ),
        files=_files(files),
        targets={
            target: _target(flavour(target, name, len(lods.meshes), len(collision.hulls)), lods, maps, files)
            for target in profile.export.targets
        },
        guesses=_guesses(solid, quality),
        quality=_quality(quality),
        provenance=schema.Provenance(
            picture=_file_name(picture_file),
            picture_sha256=picture.sha256,
            matte=cutout.method,
            model=dict(prediction.model),
            licenses=_licenses(_file_name(picture_file), cutout, prediction),
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
        schema.FileEntry(
            path=path,
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            role=_role(path),
            requires=_requires(data) if path.endswith(".glb") else None,
        )
        for path, data in sorted(files.items())
    )


def _role(path: str) -> str:
    if path.startswith("preview/"):
        return "preview"
    return "mesh" if path.endswith((".glb", ".fbx")) else "texture"


def _requires(glb: bytes) -> tuple[str, ...] | None:
    size = struct.unpack_from("<I", glb, 12)[0]
    return tuple(sorted(json.loads(glb[20 : 20 + size]).get("extensionsRequired", ()))) or None


def _target(layout: Flavour, lods: Lods, maps: Maps, files: dict[str, bytes]) -> schema.TargetEntry:
    box = bounds(lods.meshes[0])
    turn = np.array(layout.from_gltf)
    ends = np.array([box.min, box.max]) @ turn.T
    height, width = maps.base_color.shape[:2]
    return schema.TargetEntry(
        folder=layout.target,
        lods=layout.lods,
        collision=layout.collision,
        fbx=_fbx(layout, files),
        materials=(
            schema.MaterialSlot(
                name=layout.material, textures={texture.slot: texture.file for texture in layout.textures}
            ),
        ),
        textures=tuple(texture.model_copy(update={"width": width, "height": height}) for texture in layout.textures),
        in_engine=schema.InEngine(
            frame=layout.frame,
            from_gltf=layout.from_gltf,
            min=_vector(ends.min(0)),
            max=_vector(ends.max(0)),
            centroid=_vector(turn @ box.centroid),
        ),
    )


def _fbx(layout: Flavour, files: dict[str, bytes]) -> schema.Fbx | None:
    """Return where the same meshes are in the FBX file, if there is one; its names are those of the GLB files."""
    path = layout.lods[0].file.removesuffix(".glb") + ".fbx"
    if path not in files:
        return None
    lods = tuple(
        schema.LodNode(level=entry.level, file=path, node=entry.node, embedded_textures=False) for entry in layout.lods
    )
    hulls = layout.collision if layout.target == "unreal" else ()
    collision = tuple(schema.CollisionNode(file=path, node=entry.node) for entry in hulls)
    root = (layout.root or f"{layout.lods[0].node}_LODs") if len(lods) > 1 else None
    return schema.Fbx(file=path, root=root, lods=lods, collision=collision)


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
    """Say each finding once: every target tends to have the same ones."""
    places: dict[tuple[str, str, str, str], list[str]] = {}
    for x in quality.findings:
        places.setdefault((x.severity, x.code, x.what, x.fix), []).append(x.where)
    findings = tuple(
        schema.FindingEntry(severity=severity, code=code, where=tuple(dict.fromkeys(where)), what=what, fix=fix)  # type: ignore[arg-type]
        for (severity, code, what, fix), where in places.items()
    )
    return schema.QualityEntry(figures=dict(quality.figures), findings=findings)


def _licenses(picture: str, cutout: Cutout, prediction: Prediction) -> tuple[schema.License, ...]:
    """Return what went into the asset; the picture's licence is known to its owner alone."""
    found = [schema.License(of="picture", name=picture, license="unknown")]
    matte = cutout.method.removeprefix("rembg:")
    if matte in ALLOWED:
        found.append(schema.License(of="matte", name=matte, license=ALLOWED[matte].license))
    elif matte == "network":
        found.append(schema.License(of="matte", name=shipped.PATH.stem, license=shipped.LICENSE))
    name, license = (prediction.model.get(key, "unknown") for key in ("name", "license"))
    return (*found, schema.License(of="network", name=name, license=license))


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
    values["reconstruct"]["model"] = _file_name(values["reconstruct"]["model"])
    return values


def _file_name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


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
