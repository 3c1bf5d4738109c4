"""All checks on one target's files, or on one file from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from importer.export.manifest_schema import Texture
from importer.records import Finding
from importer.verify.checks import collision, lods, placing, surface, tangents, textures, uv
from importer.verify.images import ImageFacts
from importer.verify.scene import Scene, read_scene
from importer.verify.subject import Expected, Subject, subject

CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    placing.scale,
    placing.axes,
    placing.pivot,
    placing.transforms,
    lods.order,
    lods.numbers,
    lods.counts,
    lods.bounds,
    surface.winding,
    surface.normals,
    surface.degenerate,
    surface.pieces,
    uv.present,
    uv.inside,
    uv.collapsed,
    uv.overlaps,
    tangents.tangents,
    collision.hulls,
    collision.contains,
)
Measure = Callable[[list[bytes]], list[ImageFacts]]


def inspect(
    where: str,
    meshes: Mapping[str, bytes],
    expected: Expected | None,
    measure: Measure,
    separate: Sequence[Texture] = (),
    files: Mapping[str, bytes] | None = None,
    bare: Sequence[str] = (),
) -> list[Finding]:
    """Check the GLB files that together make one target's asset.

    Parameters
    ----------
    meshes : mapping
        GLB files by path.
    expected : Expected or None
        None for a file from elsewhere, of which nothing is known.
    measure : callable
        Decodes images, here or in a child process.
    separate, files
        The target's separate textures, and the bytes of all files by path.
    bare : sequence of str
        Paths whose material is a name only.
    """
    findings: list[Finding] = []
    scenes = []
    for path, data in meshes.items():
        scene, found = read_scene(data, path)
        findings += found
        if scene is not None:
            scenes.append(scene)
    if not scenes:
        return findings
    group = subject(where, scenes, expected)
    if isinstance(group, Finding):
        return findings if findings else [group]
    with np.errstate(all="ignore"):  # what overflows in a hostile file must not print warnings
        for check in CHECKS:
            findings += check(group)
    findings += _textures(scenes, expected is not None, measure, separate, files or {}, bare)
    return findings


def _textures(
    scenes: Sequence[Scene],
    ours: bool,
    measure: Measure,
    separate: Sequence[Texture],
    files: Mapping[str, bytes],
    bare: Sequence[str],
) -> Iterator[Finding]:
    named = {
        f"{scene.file}: images[{index}]": data for scene in scenes for index, data in enumerate(scene.images) if data
    }
    named |= {texture.file: files[texture.file] for texture in separate if texture.file in files}
    distinct = {textures.digest(data): data for data in named.values()}
    images = dict(zip(distinct, measure(list(distinct.values())), strict=True))
    told = set()
    for where, data in named.items():
        key = textures.digest(data)
        if key not in told:
            told.add(key)
            yield from textures.sizes(where, images[key], ours)
    for scene in scenes:
        for surface_ in scene.surfaces if scene.file not in bare else ():
            yield from textures.material(scene, surface_, images, ours)
    for scene in scenes:
        if any(surface_.images for surface_ in scene.surfaces):
            yield from textures.packing(list(separate), scene, images, files)
            break
