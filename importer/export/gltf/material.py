"""Materials, textures and images; what a map is told by its first bytes."""

from __future__ import annotations

import pygltflib as gltf

from importer.errors import StageError
from importer.export.gltf.scene import Material
from importer.export.gltf.storage import Storage

# First bytes, MIME type, and the extension that is needed to show such an image.
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", None),
    (b"\xff\xd8\xff", "image/jpeg", None),
    (b"RIFF", "image/webp", "EXT_texture_webp"),
    (b"\xabKTX 20\xbb\r\n\x1a\n", "image/ktx2", "KHR_texture_basisu"),
)


def add_material(model: gltf.GLTF2, storage: Storage, material: Material) -> None:
    """Add a material with its textures; occlusion shares the texture of roughness and metallic."""
    surface = gltf.PbrMetallicRoughness()
    result = gltf.Material(name=material.name, pbrMetallicRoughness=surface)
    if material.base_color is not None:
        texture = _texture(model, storage, material.base_color, f"{material.name}_BaseColor")
        surface.baseColorTexture = gltf.TextureInfo(index=texture)
    if material.normal is not None:
        texture = _texture(model, storage, material.normal, f"{material.name}_Normal")
        result.normalTexture = gltf.NormalMaterialTexture(index=texture)
    if material.orm is not None:
        texture = _texture(model, storage, material.orm, f"{material.name}_ORM")
        surface.metallicRoughnessTexture = gltf.TextureInfo(index=texture)
        result.occlusionTexture = gltf.OcclusionTextureInfo(index=texture)
    if material.orm is None:
        surface.metallicFactor = 0.0  # without a map a fully metallic surface would be drawn black
    model.materials.append(result)


def _texture(model: gltf.GLTF2, storage: Storage, data: bytes, name: str) -> int:
    mime, extension = _kind(data, name)
    if not model.samplers:
        model.samplers.append(
            gltf.Sampler(
                magFilter=gltf.LINEAR,
                minFilter=gltf.LINEAR_MIPMAP_LINEAR,
                wrapS=gltf.CLAMP_TO_EDGE,
                wrapT=gltf.CLAMP_TO_EDGE,
            )
        )
    model.images.append(gltf.Image(name=name, mimeType=mime, bufferView=storage.image(data)))
    texture = gltf.Texture(sampler=0, source=len(model.images) - 1)
    if extension is not None:
        texture.extensions = {extension: {"source": texture.source}}
        texture.source = None
    model.textures.append(texture)
    return len(model.textures) - 1


def _kind(data: bytes, name: str) -> tuple[str, str | None]:
    for first, mime, extension in _KINDS:
        if data.startswith(first):
            return mime, extension
    raise StageError("the image is no PNG, JPEG, WebP or KTX2 file", where=f"export: {name}")
