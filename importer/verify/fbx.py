"""What an FBX file draws, as the same records as a GLB file: metres, +Y up, front +Z, UV origin at the top left."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from importer.errors import StageError
from importer.records import F64, I32, Finding
from importer.system.child import run_in_child
from importer.verify.drawn import Scene, Shape, Skin, Surface, placed, posed
from importer.verify.fbx_child import load

Opener = Callable[[str], bytes | None]
"""Returns the bytes of a file beside the FBX file, by its relative path; None where it is not."""

_MOST_WEIGHTS = 32  # of one vertex
_AXES = {
    f"{'POSITIVE' if sign > 0 else 'NEGATIVE'}_{letter}": np.eye(3)[i] * sign
    for i, letter in enumerate("XYZ")
    for sign in (1, -1)
}


def available() -> bool:
    """Tell whether ufbx is installed: it comes with the extra ``asset-drop[fbx]``."""
    return importlib.util.find_spec("ufbx") is not None


def read_fbx(data: bytes, file: str, opener: Opener) -> tuple[Scene | None, list[Finding]]:
    """Read an FBX file in a child process. The scene is None if it cannot be read."""
    if not available():
        what = "FBX files cannot be checked: ufbx is not installed"
        return None, [Finding("warning", "FBX_UNCHECKED", file, what, "Install asset-drop[fbx].")]
    if not data.startswith((b"Kaydara FBX Binary", b";")):
        what = "this is no FBX file: it begins neither with 'Kaydara FBX Binary' nor as a text"
        return None, [Finding("error", "FBX_NOT_FBX", file, what, "Export the file again.")]
    try:
        plain = run_in_child(load, data, timeout_s=120, memory_mb=4096, what="reading the FBX file")
    except StageError as error:
        return None, [Finding("error", "FBX_UNREADABLE", file, error.what, "Export the file again.")]
    if "error" in plain:
        what = f"it cannot be read: {plain['error'][:200]}"
        return None, [Finding("error", "FBX_UNREADABLE", file, what, "Export the file again.")]
    return _scene(plain, file, opener)


def _scene(plain: dict[str, Any], file: str, opener: Opener) -> tuple[Scene | None, list[Finding]]:
    findings: list[Finding] = []
    if not _finite(plain):
        what = "positions, matrices or weights are NaN or infinite"
        return None, [Finding("error", "ACCESSOR_NOT_FINITE", file, what, "Export the file again.")]
    images, numbers = _images(plain, file, opener, findings)
    surfaces = {entry["id"]: _surface(entry, plain, numbers) for entry in plain["materials"]}
    nodes = {node["id"]: node for node in plain["nodes"]}
    shapes: list[Shape] = []
    unbound: list[str] = []
    for node in plain["nodes"]:
        if node["mesh"] is None:
            continue
        mesh = plain["meshes"][node["mesh"]]
        materials = [surfaces[key] for key in node["materials"]]
        for shape in _shapes(mesh, node, nodes, materials, file, _convert(plain)):
            if mesh["skins"] and shape.skin is None:
                unbound.append(shape.where)
            shapes.append(shape)
    return Scene(file, tuple(shapes), tuple(surfaces.values()), tuple(images), tuple(unbound)), findings


def _finite(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind != "f" or bool((np.abs(value) < 1e30).all())
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    return all(map(_finite, value)) if isinstance(value, list | tuple) else True


def _convert(plain: dict[str, Any]) -> F64:
    """Return the matrix (4, 4) from the file's units and axes to metres, +X left, +Y up, +Z front."""
    matrix = np.eye(4)
    known = [_AXES.get(name) for name in plain["axes"]]
    if all(axis is not None for axis in known):
        matrix[:3, :3] = np.array(known)
    matrix[:3, :3] *= plain["unit"] if np.isfinite(plain["unit"]) and plain["unit"] > 0 else 0.01
    return matrix


def _images(
    plain: dict[str, Any], file: str, opener: Opener, findings: list[Finding]
) -> tuple[list[bytes], dict[int, int]]:
    """Return the images, embedded or beside the file, and the index of each texture's."""
    used = {key for entry in plain["materials"] for key in entry["textures"].values()}
    images: list[bytes] = []
    numbers: dict[int, int] = {}
    for key, texture in plain["textures"].items():
        data = texture["content"] or (opener(texture["file"]) if texture["file"] else None)
        if data is None and key in used:
            what = f"the texture {texture['name']!r} is neither embedded nor at {texture['file']!r}"
            fix = "Embed the textures, or put the file there."
            findings.append(Finding("error", "TEXTURE_FILE_MISSING", file, what, fix))
        numbers[key] = len(images)
        images.append(data or b"")
    return images, numbers


def _surface(entry: dict[str, Any], plain: dict[str, Any], numbers: dict[int, int]) -> Surface:
    slots = {slot: numbers[key] for slot, key in entry["textures"].items() if key in numbers}
    repeats = any(plain["textures"][key]["repeats"] for key in entry["textures"].values() if key in numbers)
    return Surface(entry["name"], slots, repeats, False, entry["color"])


def _shapes(
    mesh: dict[str, Any],
    node: dict[str, Any],
    nodes: dict[int, dict[str, Any]],
    materials: list[Surface],
    file: str,
    convert: F64,
) -> Iterator[Shape]:
    """Yield one shape for each material that has triangles."""
    if mesh["positions"] is None:
        return
    corners, slots = _triangles(mesh)
    skin = _skin(mesh, nodes, convert)
    for slot in np.unique(slots):
        chosen = corners[slots == slot]
        rows, order = _vertices(mesh, chosen.reshape(-1))
        shape = Shape(
            file=file,
            node=node["name"],
            positions=_at(mesh, "positions", rows),
            normals=_at(mesh, "normals", rows) if mesh["normals"] else None,
            tangents=_tangents(mesh, rows),
            uv=_at(mesh, "uv", rows) * [1, -1] + [0, 1] if mesh["uv"] else None,
            faces=order.reshape(-1, 3),
            surface=materials[slot] if slot < len(materials) else None,
            matrix=np.eye(4),
            level=node["level"],
        )
        if skin is None:
            yield replace(placed(shape, convert @ node["geometry"]), matrix=node["world"])
            continue
        points = mesh["positions"][1][rows]
        rest = convert @ node["geometry"]
        bound = replace(skin, indices=skin.indices[points], weights=skin.weights[points], rest=rest)
        moved = posed(replace(shape, skin=bound))
        # Mirroring units and axes turn the winding, as a node's matrix would.
        yield replace(moved, faces=moved.faces[:, ::-1]) if np.linalg.det(convert[:3, :3]) < 0 else moved


def _triangles(mesh: dict[str, Any]) -> tuple[I32, I32]:
    """Return corners (m, 3) of polygons cut into fans, and the material slot (m,) of each."""
    faces = mesh["faces"]
    slots = mesh["slots"] if len(mesh["slots"]) == len(faces) else np.zeros(len(faces), np.int64)
    fans, owners = [np.zeros((0, 3), np.int64)], [np.zeros(0, np.int64)]
    for size in np.unique(faces[:, 1]):
        if size < 3:
            continue
        first = faces[faces[:, 1] == size, 0]
        for step in range(1, size - 1):
            fans.append(np.column_stack([first, first + step, first + step + 1]))
            owners.append(slots[faces[:, 1] == size])
    return np.concatenate(fans).astype(np.int32), np.concatenate(owners).astype(np.int32)


def _vertices(mesh: dict[str, Any], corners: I32) -> tuple[I32, I32]:
    """Return one corner (n,) for each distinct vertex, and the vertex of each given corner."""
    layers = [mesh[name][1] for name in ("positions", "normals", "tangents", "bitangents", "uv") if mesh[name]]
    keys = layers[0][corners]
    for layer in layers[1:]:
        # Numbered anew each time, so that the product of two stays far below 2**63.
        rows = layer[corners]
        keys = np.unique(keys, return_inverse=True)[1] * (rows.max(initial=0) + 1) + rows
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    return corners[first], inverse.reshape(-1).astype(np.int32)


def _at(mesh: dict[str, Any], name: str, corners: I32) -> F64:
    values, rows = mesh[name]
    return values[rows[corners]]


def _tangents(mesh: dict[str, Any], corners: I32) -> F64 | None:
    if not (mesh["tangents"] and mesh["bitangents"] and mesh["normals"]):
        return None
    normal, tangent, up = (_at(mesh, name, corners) for name in ("normals", "tangents", "bitangents"))
    # A bitangent runs to rising V, which is up the texture: so does glTF's.
    hand = np.where(np.einsum("ij,ij->i", np.cross(normal, tangent), up) < 0, -1.0, 1.0)
    return np.column_stack([tangent, hand])


def _skin(mesh: dict[str, Any], nodes: dict[int, dict[str, Any]], convert: F64) -> Skin | None:
    """Return the skin of the mesh's control points."""
    clusters = [cluster for skin in mesh["skins"][:1] for cluster in skin if cluster["bone"] in nodes]
    if not clusters:
        return None
    bones = [cluster["bone"] for cluster in clusters]
    indices, weights = _columns(clusters, len(mesh["positions"][0]))
    return Skin(
        names=tuple(nodes[bone]["name"] for bone in bones),
        parents=tuple(_above(bone, nodes, bones) for bone in bones),
        worlds=np.array([convert @ nodes[bone]["world"] for bone in bones]),
        inverses=np.array([cluster["inverse"] for cluster in clusters]),
        indices=indices,
        weights=weights,
    )


def _above(bone: int, nodes: dict[int, dict[str, Any]], bones: list[int]) -> int:
    above = nodes[bone]["parent"]
    while above is not None and above not in bones:
        above = nodes[above]["parent"] if above in nodes else None
    return -1 if above is None else bones.index(above)


def _columns(clusters: list[dict[str, Any]], points: int) -> tuple[I32, F64]:
    """Return joints and weights (n, k): the weights of each control point side by side."""
    joints = np.concatenate([np.full(len(c["vertices"]), i) for i, c in enumerate(clusters)])
    vertices = np.concatenate([c["vertices"] for c in clusters])
    weights = np.concatenate([c["weights"] for c in clusters])
    kept = vertices < points
    order = np.argsort(vertices[kept], kind="stable")
    joints, vertices, weights = joints[kept][order], vertices[kept][order], weights[kept][order]
    column = np.arange(len(vertices)) - np.searchsorted(vertices, vertices)
    width = min(int(column.max(initial=0)) + 1, _MOST_WEIGHTS)
    fits = column < width
    indices, table = np.zeros((points, width), np.int32), np.zeros((points, width))
    indices[vertices[fits], column[fits]] = joints[fits]
    table[vertices[fits], column[fits]] = weights[fits]
    return indices, table
