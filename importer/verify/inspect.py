"""All checks on one target's files, or on one file from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from importer.records import Finding
from importer.verify.checks import collision, figure, lods, pieces, placing, skin, surface, tangents, textures, uv
from importer.verify.drawn import Scene
from importer.verify.fbx import Opener, read_fbx
from importer.verify.images import ImageFacts
from importer.verify.scene import read_scene
from importer.verify.subject import Expected, Layout, Subject, missing, subject

CHECKS: tuple[Callable[[Subject], Iterator[Finding]], ...] = (
    placing.scale,
    placing.axes,
    placing.pivot,
    placing.transforms,
    lods.order,
    lods.numbers,
    lods.counts,
    lods.bounds,
    pieces.winding,
    pieces.shells,
    pieces.debris,
    surface.normals,
    surface.degenerate,
    surface.edges,
    uv.present,
    uv.inside,
    uv.collapsed,
    uv.overlaps,
    tangents.tangents,
    collision.hulls,
    collision.contains,
    collision.fits,
    uv.density,
    skin.bound,
    skin.weights,
    skin.binds,
    skin.joints,
    figure.stance,
)
Measure = Callable[[list[bytes]], list[ImageFacts]]


def inspect(
    where: str,
    meshes: Mapping[str, bytes],
    measure: Measure,
    expected: Expected | None = None,
    layout: Layout | None = None,
    files: Mapping[str, bytes] | None = None,
    opener: Opener = lambda path: None,
) -> list[Finding]:
    """Check the GLB files that together make one target's asset, or one file from elsewhere.

    Parameters
    ----------
    where : str
        The target, or the file; for messages.
    meshes : mapping
        GLB and FBX files by path.
    measure : callable
        Decodes images, here or in a child process.
    expected, layout : optional
        What the asset is and where its parts are; None for a file from elsewhere, whose node names tell them.
    files : mapping, optional
        The bytes of all files by path, with the separate textures.
    opener : callable, optional
        Returns the bytes of a texture that an FBX file names.
    """
    findings: list[Finding] = []
    scenes = []
    for path, data in meshes.items():
        scene, found = _read(path, data, opener)
        findings += found
        if scene is not None:
            scenes.append(scene)
    if not scenes:
        return findings
    findings += missing(scenes, layout)
    group = subject(where, scenes, expected, layout)
    if isinstance(group, Finding):
        return findings if findings else [group]
    with np.errstate(all="ignore"):  # what overflows in a hostile file must not print warnings
        for check in CHECKS:
            findings += check(group)
    findings += _textures(scenes, expected is not None, measure, layout, files or {})
    return findings


def _read(path: str, data: bytes, opener: Opener) -> tuple[Scene | None, list[Finding]]:
    return read_fbx(data, path, opener) if path.lower().endswith(".fbx") else read_scene(data, path)


def _textures(
    scenes: Sequence[Scene], ours: bool, measure: Measure, layout: Layout | None, files: Mapping[str, bytes]
) -> Iterator[Finding]:
    separate = layout.textures if layout else ()
    bare = [entry.file for entry in layout.lods if not entry.embedded_textures] if layout else []
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
            if images[key].sealed:
                what = f"{images[key].sealed}: its size and colour space are checked, its pixels are not"
                yield Finding("warning", "COMPRESSED", where, what, "Check the file with PNG or WebP textures too.")
    textured = [scene for scene in scenes if scene.file not in bare]
    for scene in textured:
        for material in scene.surfaces:
            yield from textures.material(scene, material, images, ours, bool(layout and layout.green_down))
    for scene in textured[:1]:
        yield from textures.packing(separate, scene, images, files)
