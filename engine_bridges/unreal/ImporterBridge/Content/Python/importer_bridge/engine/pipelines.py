"""Interchange pipelines, made for one import and given as an override.

So the project's own stacks play no part, nor do the options of the old FBX importer, which Interchange ignores.
"""

from __future__ import annotations

import unreal

from ..records import Manifest
from .props import has, put, put_first, put_known


def mesh_pipeline(manifest: Manifest, all_levels: bool) -> unreal.InterchangeGenericAssetsPipeline:
    """Return the pipeline for a mesh without materials and textures, which come separately.

    Parameters
    ----------
    all_levels : bool
        The file has a LOD group (FBX); else it has one level.
    """
    pipeline = _bare()
    is_skeletal = bool(manifest.bones)
    common, mesh = pipeline.common_meshes_properties, pipeline.mesh_pipeline
    force = unreal.InterchangeForceMeshType
    put(
        common,
        {
            "force_all_mesh_as_type": force.IFMT_SKELETAL_MESH if is_skeletal else force.IFMT_STATIC_MESH,
            "bake_meshes": True,  # import_lods needs it
            "import_lods": all_levels,
            "recompute_normals": False,
            "recompute_tangents": False,  # the file's are MikkTSpace, as the normal map was baked
        },
    )
    put_known(common, {"import_sockets": True})
    put(
        mesh,
        {
            "import_static_meshes": not is_skeletal,
            "import_skeletal_meshes": is_skeletal,
            "combine_static_meshes": False,  # would melt the hulls into the mesh
            "import_collision_according_to_mesh_name": True,
            "one_convex_hull_per_ucx": True,
            "build_nanite": False,  # its fallback would replace the levels
            "generate_lightmap_u_vs": False,
            "create_physics_asset": is_skeletal,
        },
    )
    put_known(mesh, {"update_skeleton_reference_pose": is_skeletal})
    put_first(mesh, ("collision", "import_collision"), manifest.hulls > 0)
    if has(mesh, "fallback_collision_type"):  # 5.4 has neither the property nor its enum
        put(mesh, {"fallback_collision_type": unreal.InterchangeMeshCollision.NONE})
    if all_levels:
        sizes = unreal.Array.cast(float, [level.screen_size for level in manifest.levels])
        put_known(mesh, {"auto_compute_lod_screen_sizes": False, "lod_screen_sizes": sizes})
    put(pipeline.animation_pipeline, {"import_animations": is_skeletal})
    return pipeline


def texture_pipeline() -> unreal.InterchangeGenericAssetsPipeline:
    """Return the pipeline for one picture, taken as it is: the files are packed and flipped for Unreal already."""
    pipeline = _bare()
    put(pipeline.mesh_pipeline, {"import_static_meshes": False, "import_skeletal_meshes": False})
    put(
        pipeline.material_pipeline.texture_pipeline,
        {
            "import_textures": True,
            "detect_normal_map_texture": False,  # the manifest says which one it is
            "flip_normal_map_green_channel": False,
            "allow_non_power_of_two": True,
        },
    )
    return pipeline


def _bare() -> unreal.InterchangeGenericAssetsPipeline:
    pipeline = unreal.InterchangeGenericAssetsPipeline()
    put(
        pipeline,
        {
            "use_source_name_for_asset": False,
            "reimport_strategy": unreal.ReimportStrategyFlags.APPLY_NO_PROPERTIES,  # the bridge merges them itself
        },
    )
    # The folders that Unreal's own glTF stack makes below the chosen one.
    put_known(pipeline, {"scene_name_sub_folder": False, "asset_type_sub_folders": False})
    material = pipeline.material_pipeline
    put(material, {"import_materials": False})
    put_known(material, {"search_location": unreal.InterchangeMaterialSearchLocation.DO_NOT_SEARCH})
    put(material.texture_pipeline, {"import_textures": False})
    return pipeline
