"""Meshes: positions, polygons, and the layers of normals, tangents, texture coordinates and materials.

Normals, tangents and binormals stand by polygon corner and without an index, the one form that every reader knows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from importer.export.fbx.encode import Record
from importer.export.fbx.frame import Conversion
from importer.export.fbx.graph import Graph
from importer.export.fbx.scene import Mesh, UvSet
from importer.records import F64


def add_geometry(graph: Graph, name: str, mesh: Mesh, conversion: Conversion, has_material: bool) -> np.int64:
    """Add a mesh; return its id."""
    layers = [_vectors("Normal", conversion.directions(mesh.normals))]
    if mesh.tangents is not None:
        uv_name = mesh.uv_sets[0].name if mesh.uv_sets else ""
        layers.append(_vectors("Binormal", conversion.directions(_binormals(mesh.normals, mesh.tangents)), uv_name))
        layers.append(_vectors("Tangent", conversion.directions(mesh.tangents[:, :3]), uv_name))
    if has_material:
        layers.append(_materials(mesh))
    more = [_uv(index, uv_set) for index, uv_set in enumerate(mesh.uv_sets)]
    return graph.add(
        "Geometry",
        name,
        "Geometry",
        "Mesh",
        Record("Vertices", (conversion.points(mesh.positions).reshape(-1),)),
        Record("PolygonVertexIndex", (_polygons(mesh),)),
        Record("GeometryVersion", (124,)),
        *layers,
        *more,
        *(_layer(index, [*layers, *more[:1]] if index == 0 else [uv]) for index, uv in enumerate(more or [None])),
    )


def _polygons(mesh: Mesh) -> NDArray[np.int32]:
    """Return the corners; the last one of each polygon is stored as its complement."""
    result = np.array(mesh.corners, np.int32)
    ends = np.cumsum(mesh.sizes) - 1
    result[ends] = ~result[ends]
    return result


def _binormals(normals: NDArray[np.floating], tangents: NDArray[np.floating]) -> F64:
    """Return the direction of rising V (from the bottom, as FBX has it), the green of an OpenGL normal map."""
    a, b, c = np.asarray(normals, np.float64).T
    x, y, z, hand = np.asarray(tangents, np.float64).T
    result = np.empty((len(normals), 3), np.float32)  # like the other vectors, whose low bytes deflate well as zeros
    result[:, 0], result[:, 1], result[:, 2] = hand * (b * z - c * y), hand * (c * x - a * z), hand * (a * y - b * x)
    return result.astype(np.float64)


def _vectors(what: str, values: F64, name: str = "") -> Record:
    return _element(f"LayerElement{what}", 0, 101, name, "Direct", Record(f"{what}s", (values.reshape(-1),)))


def _uv(index: int, uv_set: UvSet) -> Record:
    uv = np.asarray(uv_set.uv, np.float64) * [1, -1] + [0, 1]
    data = (Record("UV", (uv.reshape(-1),)), Record("UVIndex", (np.asarray(uv_set.corners, np.int32),)))
    return _element("LayerElementUV", index, 101, uv_set.name, "IndexToDirect", *data)


def _materials(mesh: Mesh) -> Record:
    slots = np.zeros(1, np.int32) if mesh.slots is None else np.asarray(mesh.slots, np.int32)
    mapping = "AllSame" if mesh.slots is None else "ByPolygon"
    data = Record("Materials", (slots,))
    return _element("LayerElementMaterial", 0, 101, "", "IndexToDirect", data, mapping=mapping)


def _element(
    kind: str, index: int, version: int, name: str, reference: str, *data: Record, mapping: str = "ByPolygonVertex"
) -> Record:
    head = (
        Record("Version", (version,)),
        Record("Name", (name,)),
        Record("MappingInformationType", (mapping,)),
        Record("ReferenceInformationType", (reference,)),
    )
    return Record(kind, (index,), (*head, *data))


def _layer(index: int, elements: list[Record | None]) -> Record:
    entries = [
        Record("LayerElement", (), (Record("Type", (element.name,)), Record("TypedIndex", element.values)))
        for element in elements
        if element is not None
    ]
    return Record("Layer", (index,), (Record("Version", (100,)), *entries))
