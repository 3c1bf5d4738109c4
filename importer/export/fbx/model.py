"""Nodes: their transforms, and what hangs on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from importer.export.fbx.encode import Record
from importer.export.fbx.frame import Conversion, euler_degrees
from importer.export.fbx.geometry import add_geometry
from importer.export.fbx.graph import ROOT, Graph, choice, double, flag, integer, prop, properties
from importer.export.fbx.scene import Bone, LodGroup, Mesh, Node

_KINDS = {Mesh: "Mesh", LodGroup: "LodGroup", Bone: "LimbNode", type(None): "Null"}


def add_node(graph: Graph, node: Node, parent: np.int64 | None, conversion: Conversion) -> tuple[np.int64, np.int64]:
    """Add a node and its content; return the ids of both."""
    kind = _KINDS[type(node.content)]
    move = conversion.points(np.array([node.translation]))[0]
    turn = euler_degrees(conversion.rotations(np.array([node.rotation])))[0]
    scale = conversion.scales(np.array([node.scale]))[0]
    model = graph.add(
        "Model",
        node.name,
        "Model",
        kind,
        Record("Version", (232,)),
        properties(
            flag("RotationActive", True),
            choice("InheritType", 1),  # a parent's scale applies in the parent's axes: plain products of matrices
            prop("ScalingMax", "Vector3D", "Vector", "", 0.0, 0.0, 0.0),
            integer("DefaultAttributeIndex", 0),
            *(
                prop(name, name, "", "A", *map(float, values + 0.0))
                for name, values in (("Lcl Translation", move), ("Lcl Rotation", turn), ("Lcl Scaling", scale))
            ),
        ),
        Record("Shading", (True,)),
        Record("Culling", ("CullingOff",)),
        key=node.name,
    )
    graph.connect(model, ROOT if parent is None else parent)
    content = _content(graph, node, conversion)
    graph.connect(content, model)
    return model, content


def _content(graph: Graph, node: Node, conversion: Conversion) -> np.int64:
    match node.content:
        case Mesh():
            return add_geometry(graph, node.name, node.content, conversion, bool(node.materials))
        case LodGroup():
            return _attribute(graph, node.name, "LodGroup", _levels(node.content.screen_sizes))
        case Bone():
            size = [double("Size", node.content.length * conversion.units_per_meter)]
            return _attribute(graph, node.name, "LimbNode", size, "Skeleton")
    return _attribute(graph, node.name, "Null", [choice("Look", 0)], "Null")


def _attribute(graph: Graph, name: str, kind: str, values: Sequence[Record], flags: str | None = None) -> np.int64:
    more = () if flags is None else (Record("TypeFlags", (flags,)),)
    return graph.add("NodeAttribute", name, "NodeAttribute", kind, properties(*values), *more)


def _levels(screen_sizes: Sequence[float]) -> list[Record]:
    """Return thresholds in percent of the screen's height, of the type "Distance" and with a unit, as Maya has them."""
    return [
        flag("ThresholdsUsedAsPercentage", True),
        flag("WorldSpace", False),
        *(
            prop(f"Thresholds|Level{i}", "Distance", "", "", float(100 * size), "cm")
            for i, size in enumerate(screen_sizes)
        ),
        *(choice(f"DisplayLevels|Level{i}", 0) for i in range(len(screen_sizes) + 1)),  # 0: shown by level
    ]
