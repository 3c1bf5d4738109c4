"""Meshes of the fake: their geometry is what was in the imported file, in Unreal's frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.bridges.unreal_fake.core import Array, Name, Object, StructBase, make
from tests.bridges.unreal_fake.world import world

Vector, Quat, Box, BoxSphereBounds = (make(name) for name in ("Vector", "Quat", "Box", "BoxSphereBounds"))
Transform, StaticMaterial, SkeletalMaterial = (
    make(name) for name in ("Transform", "StaticMaterial", "SkeletalMaterial")
)
MeshBuildSettings, MeshNaniteSettings = make("MeshBuildSettings"), make("MeshNaniteSettings")
SkeletalMeshLODInfo, PerPlatformFloat = make("SkeletalMeshLODInfo"), make("PerPlatformFloat")
TriangleID, VertexID, AnimPoseSpaces = make("TriangleID"), make("VertexID"), make("AnimPoseSpaces")
MaterialInterface = make("MaterialInterface")


@dataclass
class Geometry:
    """Centimetres, Z up, left-handed."""

    vertices: np.ndarray
    faces: np.ndarray
    slots: list[str] = field(default_factory=list)  # names, in the order of sections


def vector(values: Any) -> Any:
    """Return a struct Vector."""
    return Vector(*(float(value) for value in values))


class KAggregateGeom(StructBase):
    """Convex hulls as lists of points; boxes by their size."""

    def hulls(self) -> list[Any]:
        return self._values.setdefault("_hulls", [])

    def __copy__(self) -> Any:
        other = super().__copy__()
        other._values["_hulls"] = [np.array(hull) for hull in self.hulls()]
        return other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KAggregateGeom) and self.export_text() == other.export_text()

    def export_text(self) -> str:
        hulls = []
        for hull in self.hulls():
            points = ",".join(f"(X={x:.6f},Y={y:.6f},Z={z:.6f})" for x, y, z in hull)
            hulls.append(f"(VertexData=({points}),IndexData=(0,1,2),ElemBox=(Min=(X=0,Y=0,Z=0)))")
        return f"(ConvexElems=({','.join(hulls)}))"


class BodySetup(Object):
    def __init__(self) -> None:
        super().__init__()
        self._values["agg_geom"] = KAggregateGeom()


class StaticMeshSocket(Object):
    pass


class AssetImportData(Object):
    def __init__(self) -> None:
        super().__init__()
        self._file = ""

    def get_first_filename(self) -> str:
        return self._file

    def scripted_add_filename(self, path: str, index: int, source_file_label: str) -> None:
        self._file = path


class StaticMeshDescription(Object):
    def __init__(self, geometry: Geometry) -> None:
        super().__init__()
        self._geometry = geometry

    def is_empty(self) -> bool:
        return len(self._geometry.faces) == 0

    def get_triangle_count(self) -> int:
        return len(self._geometry.faces)

    def get_vertex_count(self) -> int:
        return len(self._geometry.vertices)

    def get_triangle_vertices(self, triangle_id: Any) -> Array:
        return Array(VertexID(int(vertex)) for vertex in self._geometry.faces[triangle_id.id_value])

    def get_vertex_position(self, vertex_id: Any) -> Any:
        return vector(self._geometry.vertices[vertex_id.id_value])


class StaticMesh(Object):
    def __init__(self, *_: Any) -> None:
        super().__init__()
        self._levels: list[Geometry] = []
        self._screen_sizes: list[float] = []  # empty: computed by Unreal
        self._nanite = MeshNaniteSettings(enabled=False)
        self._scale = (1.0, 1.0, 1.0)
        self._sockets: list[Any] = []
        self._values.update(body_setup=BodySetup(), asset_import_data=AssetImportData(), static_materials=Array())

    def _slots(self) -> Array:
        return self._values["static_materials"]

    def get_num_lods(self) -> int:
        return len(self._levels)

    def is_lod_screen_size_auto_computed(self) -> bool:
        return not self._screen_sizes

    def get_num_triangles(self, lod_index: int) -> int:
        count = len(self._levels[lod_index].faces)
        return count // 2 if self._nanite.enabled else count  # of the fallback mesh

    def get_static_mesh_description(self, lod_index: int) -> Any:
        return StaticMeshDescription(self._levels[lod_index])

    def get_bounding_box(self) -> Any:
        points = self._levels[0].vertices
        return Box(vector(points.min(0)), vector(points.max(0)))

    def get_material_index(self, material_slot_name: str) -> int:
        names = [slot.material_slot_name for slot in self._slots()]
        return names.index(material_slot_name) if material_slot_name in names else -1

    def get_material(self, material_index: int) -> Any:
        slots = self._slots()
        return slots[material_index].material_interface if material_index < len(slots) else None

    def set_material(self, material_index: int, new_material: Any) -> None:
        self._slots()[material_index].set_editor_property("material_interface", new_material)

    def find_socket(self, socket_name: str) -> Any:
        return next((s for s in self._sockets if s.get_editor_property("socket_name") == socket_name), None)

    def add_socket(self, socket: Any) -> None:
        self._sockets.append(socket)


class StaticMeshEditorSubsystem(Object):
    def get_lod_count(self, static_mesh: StaticMesh) -> int:
        return len(static_mesh._levels)

    def get_number_materials(self, static_mesh: StaticMesh) -> int:
        return len(static_mesh._slots())

    def get_lod_screen_sizes(self, static_mesh: StaticMesh) -> Array:
        sizes = static_mesh._screen_sizes
        return Array(float(np.float32(sizes[i] if i < len(sizes) else 0.5**i)) for i in range(len(static_mesh._levels)))

    def set_lod_screen_sizes(self, static_mesh: StaticMesh, screen_sizes: Any) -> bool:
        if "set_lod_screen_sizes" in world.faults:
            return False
        static_mesh._screen_sizes = list(screen_sizes)
        return True

    def remove_lods(self, static_mesh: StaticMesh) -> bool:
        del static_mesh._levels[1:]
        return True

    def set_lod_from_static_mesh(
        self,
        destination_static_mesh: StaticMesh,
        destination_lod_index: int,
        source_static_mesh: StaticMesh,
        source_lod_index: int,
        reuse_existing_material_slots: bool,
    ) -> int:
        if world.is_playing or "set_lod_from_static_mesh" in world.faults:
            return -1
        levels = destination_static_mesh._levels
        index = min(destination_lod_index, len(levels))
        mine = [slot.material_interface for slot in destination_static_mesh._slots()]
        for slot in source_static_mesh._slots():
            if not reuse_existing_material_slots or slot.material_interface not in mine:
                destination_static_mesh._slots().append(slot.copy())
        levels[index : index + 1] = [source_static_mesh._levels[source_lod_index]]
        return index

    def get_simple_collision_count(self, static_mesh: StaticMesh) -> int:
        return 0  # boxes, balls and capsules; hulls are counted apart

    def get_convex_collision_count(self, static_mesh: StaticMesh) -> int:
        return len(static_mesh._values["body_setup"]._values["agg_geom"].hulls())

    def get_nanite_settings(self, static_mesh: StaticMesh) -> Any:
        return static_mesh._nanite

    def get_lod_build_settings(self, static_mesh: StaticMesh, lod_index: int) -> Any:
        return MeshBuildSettings(build_scale3d=vector(static_mesh._scale))


class AnimPose(StructBase):
    def __init__(self, bones: list[tuple[str, Any]]) -> None:
        super().__init__()
        self._values["_bones"] = bones

    def get_bone_names(self) -> Array:
        return Array(Name(name) for name, _ in self._values["_bones"])

    def get_ref_bone_pose(self, bone_name: str, space: Any = None) -> Any:
        return dict(self._values["_bones"])[bone_name]


class Skeleton(Object):
    def __init__(self, bones: list[tuple[str, Any]]) -> None:
        super().__init__()
        self._bones = bones

    def get_reference_pose(self) -> AnimPose:
        return AnimPose(self._bones)


class SkeletalMeshSocket(Object):
    pass


class SkeletalMesh(Object):
    def __init__(self, *_: Any) -> None:
        super().__init__()
        self._levels: list[Geometry] = []
        self._sockets: list[Any] = []
        self._values.update(asset_import_data=AssetImportData(), materials=Array(), lod_info=Array())

    def get_imported_bounds(self) -> Any:
        points = self._levels[0].vertices
        low, high = points.min(0), points.max(0)
        return BoxSphereBounds(vector((low + high) / 2), vector((high - low) / 2), 0.0)

    def num_sockets(self) -> int:
        return len(self._sockets)

    def get_socket_by_index(self, index: int) -> Any:
        return self._sockets[index]

    def add_socket(self, socket: Any, add_to_skeleton: bool = False) -> None:
        self._sockets.append(socket)


class EditorSkeletalMeshLibrary(Object):
    @classmethod
    def remove_lo_ds(cls, skeletal_mesh: SkeletalMesh, to_remove_lo_ds: Any) -> bool:
        return SkeletalMeshEditorSubsystem.remove_lods(skeletal_mesh, to_remove_lo_ds)


class SkeletalMeshEditorSubsystem(Object):
    @classmethod
    def get_lod_count(cls, skeletal_mesh: SkeletalMesh) -> int:
        return len(skeletal_mesh._levels)

    def get_num_verts(self, skeletal_mesh: SkeletalMesh, lod_index: int) -> int:
        return len(skeletal_mesh._levels[lod_index].vertices)

    @classmethod
    def remove_lods(cls, base_mesh: SkeletalMesh, to_remove_lo_ds: Any) -> bool:
        for level in sorted(to_remove_lo_ds, reverse=True):
            del base_mesh._levels[level]
            del base_mesh._values["lod_info"][level]
        return True

    @classmethod
    def import_lod(cls, base_mesh: SkeletalMesh, lod_index: int, source_filename: str) -> int:
        from tests.bridges.unreal_fake.files import read_meshes

        if "import_lod" in world.faults:
            return -1
        geometry = read_meshes(source_filename)[0].geometry

        def finish() -> None:
            base_mesh._levels[lod_index : lod_index + 1] = [geometry]
            info = base_mesh._values["lod_info"]
            while len(info) < len(base_mesh._levels):
                info.append(SkeletalMeshLODInfo())
                info[-1]._values["screen_size"] = PerPlatformFloat(0.5 ** (len(info) - 1))

        world.queue.append(finish)  # Interchange works on when the call has come back
        return lod_index
