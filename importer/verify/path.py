"""Checks of what lies on disk: a GLB or FBX file from anybody, a published folder, or a folder of either."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from importer.errors import ImporterError
from importer.export.manifest_schema import Manifest, TargetEntry
from importer.manifest.parse import parse
from importer.manifest.paths import inside
from importer.records import Finding
from importer.verify.beside import beside
from importer.verify.fbx import Opener, available
from importer.verify.images import measure_untrusted, remembered
from importer.verify.inspect import inspect
from importer.verify.reports import engine_findings
from importer.verify.subject import Expected, Layout

_MANIFEST = ".manifest.json"
_FORMATS = (".glb", ".fbx")
_LARGEST = 2**30
_AGAIN = "Publish the asset again."
_RESTORE = "Restore it, or publish the asset again."
_REMOVE = "Remove it, or publish the asset again."


def verify_path(path: Path) -> list[tuple[str, list[Finding]]]:
    """Check a GLB or FBX file, a published folder (against its manifest), or all of them below a folder.

    Returns
    -------
    list of (file or folder, findings)
        In order of paths; findings are empty where all is well. ``where`` is relative to the file's or asset's folder.

    Raises
    ------
    ImporterError
        There is no such path, it is neither such a file nor a folder, or nothing below it can be checked.
    """
    if path.is_file():
        if path.name.endswith(_MANIFEST):
            return [(str(path), _published(path.parent, path))]
        if path.suffix.lower() not in _FORMATS:
            what = "only GLB files, FBX files, manifests and folders can be verified"
            raise ImporterError(what, where=str(path), fix="Export it as GLB.")
        if path.suffix.lower() == ".fbx" and not available():
            raise ImporterError("checking FBX needs ufbx", where=str(path), fix="pip install 'asset-drop[fbx]'.")
        return [(str(path), _single(path))]
    if not path.is_dir():
        raise ImporterError("there is no such file or folder", where=str(path), fix="Check the path.")
    results: list[tuple[str, list[Finding]]] = []
    for name, folders, files in os.walk(path):
        folders.sort()
        folder = Path(name)
        manifests = sorted(file for file in files if file.endswith(_MANIFEST))
        for file in manifests:
            results.append((str(folder / file), _published(folder, folder / file)))
        if manifests:
            folders.clear()
        else:
            single = sorted(file for file in files if file.lower().endswith(_FORMATS))
            results += [(str(folder / file), _single(folder / file)) for file in single]
    if not results:
        what = "there is neither a manifest nor a GLB or FBX file"
        raise ImporterError(what, where=str(path), fix="Check the path.")
    return results


def _single(path: Path) -> list[Finding]:
    data = _read(path, path.name)
    if isinstance(data, Finding):
        return [data]
    return _sorted(inspect(path.name, {path.name: data}, measure_untrusted, opener=beside(path.parent)))


def _published(folder: Path, path: Path) -> list[Finding]:
    text = _read(path, path.name)
    if isinstance(text, Finding):
        return [text]
    manifest, faults = parse(text, path.name)
    broken = [Finding("error", fault.code, fault.where, fault.what, fault.fix) for fault in faults]
    if manifest is None:
        return broken
    findings, files = _files(folder, manifest)
    findings += broken
    findings += _unlisted(folder, manifest)
    findings += engine_findings(folder)
    expected = Expected(
        low=np.array(manifest.bounds.min),
        high=np.array(manifest.bounds.max),
        centroid=np.array(manifest.bounds.centroid),
        pivot=manifest.pivot,
        triangles=tuple(lod.triangles for lod in manifest.lods),
    )
    measure = remembered(measure_untrusted)
    for target, entry in sorted(manifest.targets.items()):
        for where, layout in _layouts(target, entry):
            named = dict.fromkeys(node.file for node in (*layout.lods, *layout.collision))
            meshes = {file: files[file] for file in named if file in files}
            opener = _listed(files, entry.folder)
            findings += inspect(where, meshes, measure, expected, layout, files, opener)
    return _sorted(findings)


def _layouts(target: str, entry: TargetEntry) -> Iterator[tuple[str, Layout]]:
    yield target, Layout(entry.lods, entry.collision, entry.textures)
    if entry.fbx is not None:
        # Its material names the files beside it, as the engine wants them.
        down = any(texture.normal_convention == "directx" for texture in entry.textures)
        yield f"{target} (FBX)", Layout(entry.fbx.lods, entry.fbx.collision, green_down=down)


def _listed(files: dict[str, bytes], folder: str) -> Opener:
    """Return what opens the textures that an FBX file of a target names: they lie beside it."""
    return lambda name: files.get(f"{folder}/{name}")


def _files(folder: Path, manifest: Manifest) -> tuple[list[Finding], dict[str, bytes]]:
    """Read what the manifest lists; a changed file is reported and still checked for what is wrong with it."""
    findings: list[Finding] = []
    files: dict[str, bytes] = {}
    for entry in manifest.files:
        path = inside(folder, entry.path)
        if path is None:
            findings.append(Finding("error", "PATH_UNSAFE", entry.path, "leads out of the asset's folder", _AGAIN))
            continue
        data = _read(path, entry.path)
        if isinstance(data, Finding):
            findings.append(data)
            continue
        files[entry.path] = data
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            what = f"the content is not what was published ({len(data)} bytes, {entry.bytes} published)"
            findings.append(Finding("error", "HASH_MISMATCH", entry.path, what, _RESTORE))
    return findings, files


def _unlisted(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    """Files that lie in a target's folder unlisted; engines put their own (.import, .meta) there."""
    listed = {entry.path for entry in manifest.files}
    for target in sorted(manifest.targets):
        below = inside(folder, target)
        if below is None:
            continue
        for found in sorted(below.rglob("*")):
            name = f"{target}/{found.relative_to(below).as_posix()}"
            if found.suffix.lower() in (".glb", ".fbx", ".png") and found.is_file() and name not in listed:
                yield Finding("warning", "FILE_UNLISTED", name, "the manifest does not list it", _REMOVE)


def _read(path: Path, where: str) -> bytes | Finding:
    try:
        if path.stat().st_size > _LARGEST:
            return Finding("error", "FILE_TOO_LARGE", where, "is larger than 1 GiB and is not read", "Split the asset.")
        return path.read_bytes()
    except FileNotFoundError:
        return Finding("error", "FILE_MISSING", where, "the manifest lists it, but it is not there", _AGAIN)
    except OSError as error:
        return Finding("error", "FILE_UNREADABLE", where, error.strerror or str(error), "Check the file's permissions.")


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.severity)
