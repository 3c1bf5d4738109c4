"""What a report shows of an asset beside its findings: pictures, figures and tables, from a manifest or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from importer.export.manifest_schema import Manifest
from importer.manifest.parse import parse
from importer.manifest.paths import inside
from importer.records import Finding
from importer.verify.beside import beside
from importer.verify.fbx import read_fbx
from importer.verify.images import measure_untrusted
from importer.verify.picture import picture
from importer.verify.scene import read_scene
from importer.verify.subject import Subject, subject

Table = tuple[tuple[str, ...], ...]  # rows of cells, the heads first


@dataclass(frozen=True)
class Facts:
    """``pictures`` are PNG files by title; ``figures`` plain values by name; ``tables`` by title."""

    name: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)


def facts(path: Path) -> Facts:
    """Return what there is to show of a manifest's asset, or of a GLB or FBX file; a damaged one has only its name."""
    try:
        data = path.read_bytes()
    except OSError:
        return Facts(path.name)
    if path.name.endswith(".manifest.json"):
        manifest, _ = parse(data, path.name)
        return _published(manifest, path.parent) if manifest else Facts(path.name)
    if path.suffix.lower() == ".fbx":
        scene, _ = read_fbx(data, path.name, beside(path.parent))
    else:
        scene, _ = read_scene(data, path.name)
    group = subject(path.name, [scene], None, None) if scene else None
    return _file(path.name, group) if group and not isinstance(group, Finding) else Facts(path.name)


def _published(manifest: Manifest, folder: Path) -> Facts:
    pictures = {}
    for title in ("turntable", "wireframe", "maps"):
        path = inside(folder, f"preview/{title}.png")
        if path is not None and path.is_file():
            pictures[title] = path.read_bytes()
    size = [high - low for low, high in zip(manifest.bounds.min, manifest.bounds.max, strict=True)]
    figures = {
        "size": _metres(size),
        "pivot": manifest.pivot,
        "collision": f"{manifest.collision.kind}, {manifest.collision.hulls} hulls",
        "targets": ", ".join(sorted(manifest.targets)),
        **{name: _value(value) for name, value in sorted(manifest.quality.figures.items())},
    }
    levels = [("level", "triangles", "vertices", "error", "screen size")]
    levels += [
        (f"LOD{x.level}", f"{x.triangles:,}", f"{x.vertices:,}", f"{x.error_m * 1000:.3g} mm", f"{x.screen_size:.3g}")
        for x in manifest.lods
    ]
    guesses = [("guessed", "why"), *((guess.what, guess.why) for guess in manifest.guesses)]
    origin = [("of", "name", "licence"), *((x.of, x.name, x.license) for x in manifest.provenance.licenses)]
    tables = {"Levels": tuple(levels), "Guesses": tuple(guesses), "Licences": tuple(origin)}
    return Facts(manifest.asset.name, pictures, figures, tables)


def _file(name: str, group: Subject) -> Facts:
    level = group.levels[0]
    low, high = level.box
    skins = [shape.skin for shape in level.shapes if shape.skin is not None]
    figures = {
        "size": _metres((high - low).tolist()),
        "pieces": f"{level.net.components:,}",
        "closed": "yes" if level.net.closed else "no",
        "hulls": str(len(group.hulls)),
        "bones": str(max((len(skin.names) for skin in skins), default=0)),
    }
    levels = [("level", "triangles", "vertices", "meshes")]
    levels += [
        (f"LOD{x.number}", f"{len(x.faces):,}", f"{len(x.positions):,}", str(len(x.shapes))) for x in group.levels
    ]
    drawn = picture(level, group.scenes)
    tables = {"Levels": tuple(levels), "Textures": _textures(group)}
    return Facts(name, {"turntable": drawn} if drawn else {}, figures, tables)


def _textures(group: Subject) -> Table:
    rows = [("material", "slot", "pixels")]
    for scene in group.scenes:
        measured = measure_untrusted(list(scene.images))
        for surface in scene.surfaces:
            for slot, index in surface.images.items():
                found = measured[index]
                rows.append((surface.name or "(no name)", slot, found.fault or f"{found.width} x {found.height}"))
    return tuple(rows)


def _metres(size: list[float]) -> str:
    return " x ".join(f"{value:.3g}" for value in size) + " m"


def _value(value: float | int | str | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 10_000 else f"{value:.4g}"
