"""Read a published GLB back as the renderer's records: what others see, not what the stages had in memory."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from importer.errors import ImporterError
from importer.records import U8, Maps, TexturedMesh
from importer.verify.scene import Shape, read_scene

_FIX = "Publish the asset again with the target gltf."


def read_asset(folder: Path) -> tuple[TexturedMesh, Maps]:
    """Return level 0 and the maps of the published `folder`, from its ``gltf`` target.

    Raises
    ------
    ImporterError
        There is no such file, or it lacks the mesh or a texture.
    """
    path = folder / "gltf" / f"{folder.name}.glb"
    if not path.is_file():
        raise ImporterError("there is no such file", where=str(path), fix=_FIX)
    scene, _ = read_scene(path.read_bytes(), path.name)
    shapes = [shape for shape in scene.shapes if shape.surface and shape.surface.images] if scene else []
    if not scene or not shapes:
        raise ImporterError("no textured mesh in it", where=str(path), fix=_FIX)
    shape = max(shapes, key=lambda shape: len(shape.faces))
    assert shape.surface
    slots = shape.surface.images
    base, normal, orm = (
        _image(scene.images, slots, slot, path) for slot in ("base_color", "normal", "metallic_roughness")
    )
    if "occlusion" not in slots:
        orm = np.dstack([np.full(orm.shape[:2], 255, np.uint8), orm[..., 1:]])
    return _mesh(shape, path), Maps(base, normal, orm, np.full(base.shape[:2], 255, np.uint8))


def _mesh(shape: Shape, path: Path) -> TexturedMesh:
    arrays = {name: getattr(shape, name) for name in ("normals", "tangents", "uv")}
    for name, array in arrays.items():
        if array is None:
            raise ImporterError(f"its mesh has no {name}", where=str(path), fix=_FIX)
    n, t, uv = (np.asarray(array, np.float32) for array in arrays.values())
    return TexturedMesh(np.asarray(shape.positions, np.float32), n, t, uv, np.asarray(shape.faces, np.int32))


def _image(images: tuple[bytes, ...], slots: dict[str, int], slot: str, path: Path) -> U8:
    data = images[slots[slot]] if slot in slots else b""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if image is None:
        raise ImporterError(f"its texture {slot} is missing", where=str(path), fix=_FIX)
    return np.ascontiguousarray(image[..., ::-1]).astype(np.uint8)
