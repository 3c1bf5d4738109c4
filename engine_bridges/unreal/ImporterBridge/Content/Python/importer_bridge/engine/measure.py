"""What Unreal says of an imported asset, in metres along its own axes."""

from __future__ import annotations

import math
from typing import Any

import unreal

from ..job import Job, Measured, TextureFound
from ..keep import Keeper
from ..records import Vector, scaled
from ..slices import Steps
from .collision import count_shapes, hull_box
from .editor_access import static_meshes
from .levels import screen_sizes
from .master import parameter_of
from .props import get
from .skeletal_mesh import skeletal_screen_sizes
from .slots import skeletal_slots, static_slots


def measure_static(job: Job, mesh: unreal.StaticMesh, keeper: Keeper) -> Steps[Measured]:
    """Measure a static mesh."""
    unknown = {"root_rotation_deg": "a static mesh asset has no root that could be turned"}
    unit = job.manifest.meters_per_unit
    box = mesh.get_bounding_box()
    centroid = yield from _centroid(mesh)
    editor = static_meshes()
    if get(editor.get_nanite_settings(mesh), "enabled"):
        unknown["lod_triangles"] = "Nanite is on: Unreal counts the triangles of its fallback mesh"
    hulls = hull_box(mesh)
    if hulls is None and count_shapes(mesh) > 0:
        unknown["collision_size_m"] = "scripts cannot see the points of these shapes"
    slots = dict(zip(_slot_names(mesh), static_slots(mesh)))
    scale = get(editor.get_lod_build_settings(mesh, 0), "build_scale3d")
    return Measured(
        low=scaled(_vector(get(box, "min")), unit),
        high=scaled(_vector(get(box, "max")), unit),
        centroid=centroid and scaled(centroid, unit),
        root_scale=_vector(scale),
        lod_count=editor.get_lod_count(mesh),
        triangles=tuple(mesh.get_num_triangles(level) for level in range(mesh.get_num_lods())),
        screen_sizes=tuple(screen_sizes(mesh)),
        materials=_real(slots),
        textures=_textures(job, slots, unknown),
        hulls=count_shapes(mesh),
        collision_low=hulls and scaled(hulls[0], unit),
        collision_high=hulls and scaled(hulls[1], unit),
        unknown={**unknown, **_kept(keeper)},
    )


def measure_skeletal(job: Job, mesh: unreal.SkeletalMesh, keeper: Keeper) -> Measured:
    """Measure a skeletal mesh."""
    unknown = {
        "facing": "scripts cannot see the surface of a skeletal mesh; its bones are compared instead",
        "lod_triangles": "scripts cannot see triangles of a skeletal mesh",
        "collision": "a skeletal mesh collides by its physics asset",
        "collision_size_m": "a skeletal mesh collides by its physics asset",
    }
    unit = job.manifest.meters_per_unit
    bounds = mesh.get_imported_bounds()
    origin, half = _vector(get(bounds, "origin")), _vector(get(bounds, "box_extent"))
    low = (origin[0] - half[0], origin[1] - half[1], origin[2] - half[2])
    high = (origin[0] + half[0], origin[1] + half[1], origin[2] + half[2])
    skeleton = mesh.get_editor_property("skeleton")
    pose = skeleton.get_reference_pose() if isinstance(skeleton, unreal.Skeleton) else None
    bones = [] if pose is None else list(pose.get_bone_names())
    root = pose.get_ref_bone_pose(bones[0], unreal.AnimPoseSpaces.LOCAL) if pose is not None and bones else None
    slots = skeletal_slots(mesh)
    sizes = tuple(skeletal_screen_sizes(mesh))
    return Measured(
        low=scaled(low, unit),
        high=scaled(high, unit),
        root_rotation_deg=None if root is None else _angle(get(root, "rotation")),
        root_scale=None if root is None else _vector(get(root, "scale3d")),
        lod_count=len(sizes),
        screen_sizes=sizes,
        materials=_real(slots),
        textures=_textures(job, slots, unknown),
        bones=tuple(str(bone) for bone in bones),
        unknown={**unknown, **_kept(keeper)},
    )


def _centroid(mesh: unreal.StaticMesh) -> Steps[Vector | None]:
    """Return the area-weighted centre of level 0's own triangles, in centimetres."""
    description = mesh.get_static_mesh_description(0)
    if description is None or description.is_empty():
        return None
    total, summed = 0.0, [0.0, 0.0, 0.0]
    known: dict[int, Vector] = {}  # a call into Unreal costs more than a look here
    for index in range(description.get_triangle_count()):
        corners = []
        for vertex in description.get_triangle_vertices(unreal.TriangleID(index)):
            number = get(vertex, "id_value")
            if number not in known:
                known[number] = _vector(description.get_vertex_position(vertex))
            corners.append(known[number])
        a, b, c = corners
        area = _area(a, b, c)
        total += area
        for axis in range(3):
            summed[axis] += area * (a[axis] + b[axis] + c[axis]) / 3
        if index % 16 == 15:
            yield None
    return (summed[0] / total, summed[1] / total, summed[2] / total) if total > 0 else None


def _area(a: Vector, b: Vector, c: Vector) -> float:
    u = [b[i] - a[i] for i in range(3)]
    v = [c[i] - a[i] for i in range(3)]
    cross = (u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0])
    return math.sqrt(sum(value * value for value in cross)) / 2


def _angle(rotation: unreal.Quat) -> float:
    return math.degrees(2 * math.acos(min(1.0, abs(get(rotation, "w")))))


def _slot_names(mesh: unreal.StaticMesh) -> list[str]:
    slots = unreal.Array.cast(unreal.StaticMaterial, mesh.get_editor_property("static_materials"))
    return [str(get(slot, "material_slot_name")) for slot in slots]


def _real(slots: dict[str, str | None]) -> tuple[str, ...]:
    """Return the slots with a material that is not Unreal's own, such as the grid where one is missing."""
    return tuple(name for name, path in slots.items() if path and not path.startswith("/Engine/"))


def _textures(job: Job, slots: dict[str, str | None], unknown: dict[str, str]) -> dict[str, TextureFound] | None:
    if not job.manifest.materials:
        return None
    first = job.manifest.materials[0]
    path = slots.get(first.name) or next(iter(slots.values()), None)
    material = unreal.load_asset(path) if path else None
    if not isinstance(material, unreal.MaterialInstanceConstant):
        why = f"slot {first.name} holds a material that is not the bridge's"
        for name in ("textures", "texture_size_px", "texture_color_space", "texture_normal_map"):
            unknown[name] = why
        return None
    found: dict[str, TextureFound] = {}
    for slot in first.textures:
        name = parameter_of(slot)
        texture: Any = name and unreal.MaterialEditingLibrary.get_material_instance_texture_parameter_value(
            material, unreal.Name(name)
        )
        if isinstance(texture, unreal.Texture2D):
            found[slot] = _texture(texture)
    return found


def _texture(texture: unreal.Texture2D) -> TextureFound:
    kind = get(texture, "compression_settings")
    return TextureFound(
        longer_side=max(texture.blueprint_get_size_x(), texture.blueprint_get_size_y()),
        srgb=get(texture, "srgb"),
        is_normal_map=kind == unreal.TextureCompressionSettings.TC_NORMALMAP,
        green_flipped=get(texture, "flip_green_channel"),
    )


def _kept(keeper: Keeper) -> dict[str, str]:
    """Return the checks that say nothing where an artist's setting was kept."""
    parts = {
        "lod_screen_sizes": ("lod_screen_sizes",),
        "levels": ("lod_count", "lod_triangles"),
        "collision": ("collision", "collision_size_m"),
        ": srgb": ("texture_color_space",),
        ": compression_settings": ("texture_normal_map",),
        ": flip_green_channel": ("texture_normal_map",),
    }
    why = "somebody set it in Unreal, and it was kept"
    return {check: why for part, checks in parts.items() if keeper.keeps(part) for check in checks}


def _vector(vector: unreal.Vector) -> Vector:
    return (get(vector, "x"), get(vector, "y"), get(vector, "z"))
