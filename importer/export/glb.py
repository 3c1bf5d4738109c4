"""GLB files: glTF 2.0 objects from pygltflib, the binary container written here.

pygltflib's own writers replace ``asset`` and rebuild buffers; the container is 20 bytes of headers and two chunks
(glTF 2.0, "GLB File Format Specification").
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import numpy as np
import pygltflib as gltf
from numpy.typing import NDArray

from importer.errors import StageError
from importer.records import Mesh, TexturedMesh

MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942
_LARGEST_SHORT_INDEX = 65_534  # 65535 restarts primitives in some engines, and glTF forbids it


@dataclass(frozen=True)
class Part:
    """One node with a mesh of its own, in metres, no transform.

    A `TexturedMesh` is drawn with the material; a plain `Mesh` is a collision hull: positions only and no material.
    """

    name: str
    mesh: TexturedMesh | Mesh
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Material:
    """The one material; maps are PNG files, None where it has none. ``orm``: occlusion, roughness, metallic."""

    name: str
    base_color: bytes | None = None
    normal: bytes | None = None
    orm: bytes | None = None


def write_glb(scene: str, parts: Sequence[Part], material: Material, root: str | None = None) -> bytes:
    """Return a GLB file.

    Parameters
    ----------
    scene : str
        Name of the scene.
    parts : sequence of Part
        At least one; each becomes a node and a mesh of the same name.
    material : Material
        Left out when no part is textured.
    root : str, optional
        Name of a node that becomes the parent of all parts; without it the parts are the scene's roots.

    Raises
    ------
    StageError
        A vertex is NaN or infinite: JSON has no such numbers, so the bounds could not be written.
    """
    for part in parts:
        if not np.isfinite(part.mesh.vertices).all():
            raise StageError("the mesh has vertices that are NaN or infinite", where=f"export: {part.name}")
    model = gltf.GLTF2(asset=gltf.Asset(version="2.0", generator=f"asset-drop {version('asset-drop')}"), scene=0)
    binary = _Binary(model)
    textured = any(isinstance(part.mesh, TexturedMesh) for part in parts)
    for part in parts:
        primitive = _primitive(binary, part.mesh)
        model.meshes.append(gltf.Mesh(name=part.name, primitives=[primitive]))
        model.nodes.append(gltf.Node(name=part.name, mesh=len(model.meshes) - 1, extras=part.extras))
    roots = list(range(len(parts)))
    if root is not None:
        model.nodes.append(gltf.Node(name=root, children=roots))
        roots = [len(parts)]
    model.scenes.append(gltf.Scene(name=scene, nodes=roots))
    if textured:
        model.materials.append(_material(binary, material))
    data = b"".join(binary.pieces)
    model.buffers.append(gltf.Buffer(byteLength=len(data)))
    return pack_glb(model.to_json(separators=(",", ":"), ensure_ascii=False), data)


def pack_glb(text: str, binary: bytes) -> bytes:
    """Return the container around a JSON text and the binary chunk (may be empty)."""
    head = text.encode("utf-8")
    head += b" " * (-len(head) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = [struct.pack("<II", len(head), JSON_CHUNK), head]
    if binary:
        chunks += [struct.pack("<II", len(binary), BINARY_CHUNK), binary]
    return b"".join([struct.pack("<III", MAGIC, 2, 12 + sum(map(len, chunks))), *chunks])


class _Binary:
    """The binary chunk while it grows: pieces, each aligned to 4 bytes, with their buffer views."""

    def __init__(self, model: gltf.GLTF2) -> None:
        self.model, self.pieces, self.length = model, [], 0

    def view(self, data: bytes, target: int | None = None) -> int:
        self.model.bufferViews.append(
            gltf.BufferView(buffer=0, byteOffset=self.length, byteLength=len(data), target=target)
        )
        self.pieces += [data, b"\0" * (-len(data) % 4)]
        self.length += len(data) + (-len(data) % 4)
        return len(self.model.bufferViews) - 1

    def vertices(self, rows: NDArray[np.floating], *, bounds: bool = False) -> int:
        rows = np.ascontiguousarray(rows, "<f4")
        accessor = gltf.Accessor(
            bufferView=self.view(rows.tobytes(), gltf.ARRAY_BUFFER),
            componentType=gltf.FLOAT,
            count=len(rows),
            type=f"VEC{rows.shape[1]}",
        )
        if bounds:
            accessor.min, accessor.max = rows.min(0).tolist(), rows.max(0).tolist()
        self.model.accessors.append(accessor)
        return len(self.model.accessors) - 1

    def indices(self, faces: NDArray[np.integer]) -> int:
        short = faces.max(initial=0) <= _LARGEST_SHORT_INDEX
        rows = np.ascontiguousarray(faces, "<u2" if short else "<u4").reshape(-1)
        self.model.accessors.append(
            gltf.Accessor(
                bufferView=self.view(rows.tobytes(), gltf.ELEMENT_ARRAY_BUFFER),
                componentType=gltf.UNSIGNED_SHORT if short else gltf.UNSIGNED_INT,
                count=len(rows),
                type=gltf.SCALAR,
            )
        )
        return len(self.model.accessors) - 1

    def texture(self, png: bytes, name: str) -> int:
        if not self.model.samplers:
            self.model.samplers.append(
                gltf.Sampler(
                    magFilter=gltf.LINEAR,
                    minFilter=gltf.LINEAR_MIPMAP_LINEAR,
                    wrapS=gltf.CLAMP_TO_EDGE,
                    wrapT=gltf.CLAMP_TO_EDGE,
                )
            )
        self.model.images.append(gltf.Image(name=name, mimeType="image/png", bufferView=self.view(png)))
        self.model.textures.append(gltf.Texture(sampler=0, source=len(self.model.images) - 1))
        return len(self.model.textures) - 1


def _primitive(binary: _Binary, mesh: TexturedMesh | Mesh) -> gltf.Primitive:
    attributes = gltf.Attributes(POSITION=binary.vertices(mesh.vertices, bounds=True))
    if isinstance(mesh, Mesh):
        return gltf.Primitive(attributes=attributes, indices=binary.indices(mesh.faces))
    attributes.NORMAL = binary.vertices(mesh.normals)
    attributes.TANGENT = binary.vertices(mesh.tangents)
    attributes.TEXCOORD_0 = binary.vertices(mesh.uv)
    return gltf.Primitive(attributes=attributes, indices=binary.indices(mesh.faces), material=0)


def _material(binary: _Binary, material: Material) -> gltf.Material:
    surface = gltf.PbrMetallicRoughness()
    result = gltf.Material(name=material.name, pbrMetallicRoughness=surface)
    if material.base_color is not None:
        texture = binary.texture(material.base_color, f"{material.name}_BaseColor")
        surface.baseColorTexture = gltf.TextureInfo(index=texture)
    if material.normal is not None:
        texture = binary.texture(material.normal, f"{material.name}_Normal")
        result.normalTexture = gltf.NormalMaterialTexture(index=texture)
    if material.orm is not None:
        texture = binary.texture(material.orm, f"{material.name}_ORM")
        surface.metallicRoughnessTexture = gltf.TextureInfo(index=texture)
        result.occlusionTexture = gltf.OcclusionTextureInfo(index=texture)
    if material.orm is None:
        surface.metallicFactor = 0.0  # without a map a fully metallic surface would be drawn black
    return result
