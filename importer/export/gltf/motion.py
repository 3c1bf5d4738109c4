"""Skins and animations of a glTF document."""

from __future__ import annotations

import numpy as np
import pygltflib as gltf

from importer.export.gltf.storage import Column, Storage
from importer.export.rig import Clip, Skin
from importer.records import F64


def add_skin(model: gltf.GLTF2, storage: Storage, name: str, skin: Skin, worlds: list[F64]) -> int:
    """Add a skin whose mesh lies in the scene's own frame; return its index. `worlds` are the nodes' matrices."""
    binds = np.linalg.inv(np.array([worlds[joint] for joint in skin.joints]))
    binds[:, 3] = (0.0, 0.0, 0.0, 1.0)  # exactly, as glTF wants it
    columns = np.swapaxes(binds, 1, 2).reshape(-1, 16).astype("<f4")
    matrices = storage.values(Column(columns + np.float32(0.0)))
    model.skins.append(gltf.Skin(name=name, joints=list(skin.joints), inverseBindMatrices=matrices))
    return len(model.skins) - 1


def add_clip(model: gltf.GLTF2, storage: Storage, clip: Clip) -> None:
    """Add an animation; tracks with the same keys share their times."""
    animation = gltf.Animation(name=clip.name, samplers=[], channels=[])
    times: dict[bytes, int] = {}
    for track in clip.tracks:
        when = np.asarray(track.times, "<f4").reshape(-1, 1)
        if when.tobytes() not in times:
            times[when.tobytes()] = storage.values(Column(when, bounds=True))
        values = np.asarray(track.values, np.float64)
        if track.path == "rotation":
            values = values / np.linalg.norm(values, axis=1, keepdims=True)
        output = storage.values(Column(values.astype("<f4")))
        sampler = gltf.AnimationSampler(input=times[when.tobytes()], output=output, interpolation=gltf.ANIM_LINEAR)
        animation.samplers.append(sampler)
        target = gltf.AnimationChannelTarget(node=track.node, path=track.path)
        animation.channels.append(gltf.AnimationChannel(sampler=len(animation.samplers) - 1, target=target))
    model.animations.append(animation)
