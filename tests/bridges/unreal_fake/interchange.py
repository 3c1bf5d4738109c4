"""Interchange of the fake: what it makes of a file depends on the pipelines alone, as documented in the stub."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tests.bridges.unreal_fake.core import Array, Name, Object, StructBase, make
from tests.bridges.unreal_fake.files import Found, read_meshes, read_size
from tests.bridges.unreal_fake.materials import Material, Texture2D
from tests.bridges.unreal_fake.meshes import (
    Geometry,
    PerPlatformFloat,
    Quat,
    SkeletalMaterial,
    SkeletalMesh,
    SkeletalMeshLODInfo,
    Skeleton,
    StaticMaterial,
    StaticMesh,
    Transform,
    vector,
)
from tests.bridges.unreal_fake.world import world

InterchangeForceMeshType, InterchangeMeshCollision = make("InterchangeForceMeshType"), make("InterchangeMeshCollision")
InterchangeMaterialSearchLocation = make("InterchangeMaterialSearchLocation")
ReimportStrategyFlags = make("ReimportStrategyFlags")
ImportAssetParameters, SoftObjectPath = make("ImportAssetParameters"), make("SoftObjectPath")
GRID = "/Engine/EngineMaterials/WorldGridMaterial"


class OnImportDoneDynamic:
    def __init__(self) -> None:
        self.callable: Any = None

    def bind_callable(self, callable: Any) -> None:
        self.callable = callable


class InterchangePipelineBase(Object):
    """Defaults are the C++ class's."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__()
        self._values.update(defaults)


def _part(name: str, **defaults: Any) -> InterchangePipelineBase:
    return type(name, (InterchangePipelineBase,), {})(**defaults)


class InterchangeGenericAssetsPipeline(InterchangePipelineBase):
    def __init__(self) -> None:
        super().__init__(use_source_name_for_asset=True)
        texture = _part(
            *("InterchangeGenericTexturePipeline",),
            import_textures=True,
            detect_normal_map_texture=True,
            flip_normal_map_green_channel=False,
        )
        material = _part("InterchangeGenericMaterialPipeline", import_materials=True, texture_pipeline=texture)
        mesh = _part(
            *("InterchangeGenericMeshPipeline",),
            import_static_meshes=True,
            import_skeletal_meshes=True,
            collision=True,
            import_collision=True,
            import_collision_according_to_mesh_name=True,
            one_convex_hull_per_ucx=True,
            fallback_collision_type=InterchangeMeshCollision.CONVEX18DOP,
            build_nanite=True,
            auto_compute_lod_screen_sizes=True,
        )
        common = _part(
            *("InterchangeGenericCommonMeshesProperties",),
            bake_meshes=True,
            import_lods=True,
            recompute_tangents=True,
        )
        animation = _part("InterchangeGenericAnimationPipeline", import_animations=True)
        self._values.update(
            mesh_pipeline=mesh,
            material_pipeline=material,
            common_meshes_properties=common,
            animation_pipeline=animation,
        )


class InterchangePipelineStackOverride(Object):
    def add_pipeline(self, pipeline_base: Any) -> None:
        path = SoftObjectPath("/Engine/Transient.Pipeline")
        path._values["_object"] = pipeline_base
        self._values.setdefault("override_pipelines", Array()).append(path)


class InterchangeSourceData(Object):
    def __init__(self, file: str = "") -> None:
        super().__init__()
        self._file = file

    def get_filename(self) -> str:
        return self._file


class InterchangeManager(Object):
    @classmethod
    def get_interchange_manager_scripted(cls) -> InterchangeManager:
        return MANAGER

    @classmethod
    def create_source_data(cls, file_name: str) -> InterchangeSourceData:
        return InterchangeSourceData(file_name)

    def can_translate_source_data(self, source_data: Any, scene_import_only: bool = False) -> bool:
        return "no_interchange" not in world.faults and Path(source_data._file).suffix in _readable()

    def is_interchange_active(self) -> bool:
        return bool(world.queue)

    def wait_until_all_tasks_done(self, cancel: bool) -> None:
        while world.queue:
            go_on()

    def import_asset(self, content_path: str, source_data: Any, import_asset_parameters: Any) -> Any:
        objects = _run(content_path, source_data._file, import_asset_parameters)
        if world.version.startswith("5.4"):
            return bool(objects)
        return Array(objects) if objects else None

    def scripted_import_asset_async(self, content_path: str, source_data: Any, import_asset_parameters: Any) -> bool:
        if "async_refused" in world.faults:
            return False
        world.queue.append((content_path, source_data._file, import_asset_parameters.copy()))
        return True


MANAGER = InterchangeManager()


def _readable() -> set[str]:
    fbx = {".fbx"} if world.variables.get("Interchange.FeatureFlags.Import.FBX") else set()
    return {".glb", ".png"} | fbx


def go_on() -> None:
    """Let a frame pass: one waiting import is done, and called back."""
    if not world.queue:
        return
    job = world.queue.pop(0)
    if callable(job):
        job()
        return
    content_path, file, parameters = job
    objects = _run(content_path, file, parameters)
    done = parameters._values.get("on_assets_import_done")
    if done is not None and "no_call_back" not in world.faults:
        done.callable(Array(objects))


def _run(folder: str, file: str, parameters: StructBase) -> list[Any]:
    if (
        Path(file).suffix not in _readable()
        or "import_nothing" in world.faults
        or f"import_nothing {Path(file).name}" in world.faults
    ):
        return []
    if "import_raises" in world.faults:
        raise RuntimeError("the engine's importer stopped")
    assert parameters.is_automated, "a dialog would wait for somebody"
    paths = parameters._values.get("override_pipelines") or []
    pipelines = [path._values["_object"] for path in paths]
    if not pipelines:  # the project's own stack for glTF
        pipelines = [InterchangeGenericAssetsPipeline()]
        pipelines[0]._values.update(scene_name_sub_folder=True, asset_type_sub_folders=True)
    existing = parameters._values.get("reimport_asset")
    if file.endswith(".png"):
        return _texture(folder, file, pipelines[0], existing)
    return _meshes(folder, file, pipelines[0], existing)


def _texture(folder: str, file: str, pipeline: Any, existing: Any) -> list[Any]:
    settings = pipeline.material_pipeline.texture_pipeline
    if not settings.import_textures:
        return []
    texture = existing or world.add(f"{folder}/{Path(file).stem}", Texture2D())
    texture._size = read_size(file)
    world.pictures[texture._path] = Path(shutil.copy(file, world.project / f"{len(world.pictures)}.picture"))
    if "texture_is_reduced" in world.faults:
        texture._size = (texture._size[0] // 2, texture._size[1] // 2)
    if settings.flip_normal_map_green_channel:
        texture._values["flip_green_channel"] = True
    texture._values["asset_import_data"].scripted_add_filename(file, 0, "")
    return [texture]


def _meshes(folder: str, file: str, pipeline: Any, existing: Any) -> list[Any]:
    settings, common = pipeline.mesh_pipeline, pipeline.common_meshes_properties
    found = read_meshes(file)
    by_name = settings.import_collision_according_to_mesh_name
    hulls = [part for part in found if part.name.startswith("UCX_")] if by_name else []
    visible = [part for part in found if part not in hulls]
    if "scale_lost" in world.faults:
        for part in found:
            part.geometry.vertices = part.geometry.vertices / 100.0
    if "mirrored" in world.faults:
        for part in found:
            part.geometry.vertices = part.geometry.vertices * [-1.0, 1.0, 1.0]
    if settings.combine_static_meshes:
        raise AssertionError("hulls and levels would become one mesh")
    if pipeline._values.get("asset_type_sub_folders"):
        folder = f"{folder}/{Path(file).stem}/StaticMeshes"
    if any(part.bones for part in visible) and settings.import_skeletal_meshes:
        return _skeletal(folder, visible[0], existing, settings)
    if not settings.import_static_meshes:
        return []
    levels = visible if common.import_lods else visible[:1]
    collide = next(
        (settings._values[k] for k in ("collision", "import_collision") if not _is_missing(settings, k)), True
    )
    mesh = _static(folder, levels, hulls if collide else [], existing)
    fallback = settings._values["fallback_collision_type"]
    makes_up = not _is_missing(settings, "fallback_collision_type") and fallback is not InterchangeMeshCollision.NONE
    if collide and not hulls and makes_up:
        mesh._values["body_setup"]._values["agg_geom"].hulls().append(levels[0].geometry.vertices)
    if settings.build_nanite:
        mesh._nanite._values["enabled"] = True
    if common.import_lods and not settings._values.get("auto_compute_lod_screen_sizes"):
        mesh._screen_sizes = list(settings._values.get("lod_screen_sizes", mesh._screen_sizes))
    mesh._values["asset_import_data"].scripted_add_filename(file, 0, "")
    made: list[Any] = [mesh]
    if pipeline.material_pipeline.import_materials:
        made += [world.add(f"{folder}/{name}", Material()) for name in levels[0].materials]
    return made


def _is_missing(holder: Any, name: str) -> bool:
    return (type(holder).__name__, name) in world.missing


def _static(folder: str, levels: list[Found], hulls: list[Found], existing: Any) -> StaticMesh:
    name = "SM_renamed_by_Unreal" if "renames" in world.faults else levels[0].name
    mesh = existing or world.add(f"{folder}/{name}", StaticMesh())
    geometries: list[Geometry] = [part.geometry for part in levels]
    mesh._levels[: len(geometries)] = geometries
    if existing is None:
        names = [f"{name}_{i}" for i, name in enumerate(levels[0].materials)]
        names = names if "renames_slots" in world.faults else levels[0].materials
        mesh._values["static_materials"] = Array(_slot(StaticMaterial, name) for name in names)
    elif "reimport_resets" in world.faults:
        mesh._sockets, mesh._screen_sizes = [], []
        for slot in mesh._slots():
            slot._values["material_interface"] = world.assets[GRID]
    kept = hulls[1:] if "hull_is_lost" in world.faults else hulls
    shapes = mesh._values["body_setup"]._values["agg_geom"].hulls()
    shapes[:] = [part.geometry.vertices for part in kept]
    return mesh


def _slot(kind: type, name: str) -> Any:
    slot = kind(material_slot_name=Name(name), material_interface=world.assets[GRID])
    slot._values["imported_material_slot_name"] = Name(name)
    return slot


def _skeletal(folder: str, part: Found, existing: Any, settings: Any) -> list[Any]:
    mesh = existing or world.add(f"{folder}/{part.name}", SkeletalMesh())
    mesh._levels[:1] = [part.geometry]
    turned = Quat(0.0, 0.0, 0.7071068, 0.7071068) if "root_is_turned" in world.faults else Quat(0.0, 0.0, 0.0, 1.0)
    poses = [(name, Transform()) for name in (part.bones[:-1] if "bone_is_lost" in world.faults else part.bones)]
    for _, pose in poses:
        pose._values.update(rotation=Quat(0.0, 0.0, 0.0, 1.0), scale3d=vector((1, 1, 1)))
    poses[0][1]._values["rotation"] = turned
    if existing is None:
        mesh._values["materials"] = Array(_slot(SkeletalMaterial, name) for name in part.materials)
        mesh._values["lod_info"] = Array([SkeletalMeshLODInfo()])
        mesh._values["lod_info"][0]._values["screen_size"] = PerPlatformFloat(1.0)
        mesh._values["skeleton"] = world.add(f"{folder}/{part.name}_Skeleton", Skeleton(poses))
    else:
        if settings.update_skeleton_reference_pose:
            mesh._values["skeleton"]._bones = poses
        if "reimport_resets" in world.faults:
            mesh._sockets = []
            for slot in mesh._values["materials"]:
                slot._values["material_interface"] = world.assets[GRID]
            for number, info in enumerate(mesh._values["lod_info"]):
                info._values["screen_size"] = PerPlatformFloat(0.5**number)
    return [mesh, mesh._values["skeleton"]]
