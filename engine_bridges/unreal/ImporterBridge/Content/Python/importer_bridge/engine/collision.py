"""Collision of a static mesh: what came with it, or what an artist made of it."""

from __future__ import annotations

import hashlib
import re

import unreal

from ..keep import Keeper
from ..records import Vector
from .editor_access import static_meshes
from .props import put

_POINTS = re.compile(r"VertexData=\(((?:\(X=[^)]*\),?)*)\)")
_POINT = re.compile(r"\(X=([-+.\deE]+),Y=([-+.\deE]+),Z=([-+.\deE]+)\)")


def shapes_of(mesh: unreal.StaticMesh) -> unreal.KAggregateGeom | None:
    """Return a copy of the mesh's simple collision."""
    body = mesh.get_editor_property("body_setup")
    if not isinstance(body, unreal.BodySetup):
        return None
    shapes = body.get_editor_property("agg_geom")
    return shapes.copy() if isinstance(shapes, unreal.KAggregateGeom) else None


def digest(shapes: unreal.KAggregateGeom | None) -> str:
    """Return a hash that changes with every edit."""
    return "" if shapes is None else hashlib.sha256(shapes.export_text().encode("utf-8")).hexdigest()[:16]


def settle_collision(mesh: unreal.StaticMesh, before: unreal.KAggregateGeom | None, keeper: Keeper) -> None:
    """After an import, put back the collision that an artist made; ``before`` is None for a new mesh."""
    now = None if before is None else digest(before)
    if keeper.is_artists("collision", now, digest(shapes_of(mesh))):
        body = mesh.get_editor_property("body_setup")
        if isinstance(body, unreal.BodySetup) and before is not None:
            put(body, {"agg_geom": before})
            put(mesh, {"customized_collision": True})


def count_shapes(mesh: unreal.StaticMesh) -> int:
    """Return the number of shapes: Unreal counts boxes, balls and capsules apart from convex hulls."""
    editor = static_meshes()
    return max(0, editor.get_simple_collision_count(mesh)) + max(0, editor.get_convex_collision_count(mesh))


def hull_box(mesh: unreal.StaticMesh) -> tuple[Vector, Vector] | None:
    """Return the box of all convex hulls in centimetres, read from their text: scripts cannot see a hull's points."""
    shapes = shapes_of(mesh)
    text = "" if shapes is None else shapes.export_text()
    points = [tuple(map(float, point)) for part in _POINTS.findall(text) for point in _POINT.findall(part)]
    if not points:
        return None
    xs, ys, zs = zip(*points)
    return (min(xs), min(ys), min(zs)), (max(xs), max(ys), max(zs))
