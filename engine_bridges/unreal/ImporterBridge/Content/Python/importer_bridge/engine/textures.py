"""Textures: imported as they are, then set for their slot."""

from __future__ import annotations

import unreal

from ..job import Job
from ..keep import Keeper
from ..paths import below
from ..records import Texture
from ..slices import FRAME, Steps
from .assets import load
from .interchange import import_file, remember_source
from .pipelines import texture_pipeline
from .props import plain


def import_texture(job: Job, texture: Texture, path: str, keeper: Keeper, blocking: bool) -> Steps[unreal.Texture2D]:
    """Import a texture to ``path``, or update it there, and set what its slot needs where no artist has set it."""
    existing = load(path, unreal.Texture2D)
    before = {} if existing is None else _read(existing, _settings(job, texture))
    source = job.copies[texture.file]
    folder, name = path.rpartition("/")[0], source.stem
    done = yield from import_file(
        *(source, folder, name, unreal.Texture2D, texture_pipeline(), existing, blocking),
    )
    for key, value in _settings(job, texture).items():
        old = before.get(key)
        is_artists = keeper.is_artists(f"{below(texture.file, job.manifest.folder)}: {key}", old, plain(value))
        if not is_artists and plain(done.get_editor_property(key)) != plain(value):
            done.set_editor_property(key, value)  # each one builds the texture anew
            yield FRAME
    remember_source(done, done.asset_import_data, job.published / texture.file)
    return done


def _read(texture: unreal.Texture2D, settings: dict[str, object]) -> dict[str, object]:
    return {key: plain(texture.get_editor_property(key)) for key in settings}


def _settings(job: Job, texture: Texture) -> dict[str, object]:
    kinds, groups, clamp = unreal.TextureCompressionSettings, unreal.TextureGroup, unreal.TextureAddress.TA_CLAMP
    is_character = job.manifest.kind in ("character", "creature")
    if texture.green_down is not None:
        kind = kinds.TC_NORMALMAP
        group = groups.TEXTUREGROUP_CHARACTER_NORMAL_MAP if is_character else groups.TEXTUREGROUP_WORLD_NORMAL_MAP
    elif texture.srgb:
        kind = kinds.TC_DEFAULT
        group = groups.TEXTUREGROUP_CHARACTER if is_character else groups.TEXTUREGROUP_WORLD
    else:
        kind = kinds.TC_MASKS
        group = groups.TEXTUREGROUP_CHARACTER_SPECULAR if is_character else groups.TEXTUREGROUP_WORLD_SPECULAR
    return {
        "compression_settings": kind,
        "srgb": texture.srgb,
        # Unreal reads green as pointing down; a file that points it down must not be flipped again.
        "flip_green_channel": texture.green_down is False,
        "lod_group": group,
        "address_x": clamp,  # an atlas does not repeat
        "address_y": clamp,
    }
