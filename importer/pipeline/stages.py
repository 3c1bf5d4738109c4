"""The stages of an asset, in order: what runs, from what, and which version of it.

``arguments`` names the origin of each argument:

- a stage's name, with attributes after dots: ``predict.view.camera``;
- ``profile`` or a part of it: ``profile.lods``;
- ``data``, the picture's bytes; ``name``, the asset's name; ``file``, the picture's file name;
- ``~`` in front: passed on, but no reason to run again, because it serves messages only.

``also`` names what decides on the result without being an argument: ``model``, the bytes of the network; ``weights``,
whether rembg's weights are on this machine, because without them a busy background is cut by the shipped network.

Raise a stage's version whenever its code gives other values for the same input: the cache keeps old results by it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stage:
    """One stage; ``function`` is ``module:name`` and imported only when it has to run."""

    name: str
    version: int
    function: str
    arguments: str
    also: str = ""
    is_product: bool = False  # part of the asset, not only of the way there
    on_gpu: bool = False  # runs a network on the GPU where there is one; the networks of ``matte`` keep to the CPU

    def load(self) -> Callable[..., Any]:
        """Import the function."""
        module, _, name = self.function.partition(":")
        return getattr(importlib.import_module(module), name)


_ALL = "intake matte predict place unwrap lods bake collide"

STAGES = (
    Stage("intake", 1, "importer.intake.decode:intake", "data ~file"),
    Stage("matte", 2, "importer.matte.cutout:matte", "intake profile.matte", also="weights"),
    Stage("predict", 1, "importer.reconstruct.predict:predict", "matte profile.reconstruct", also="model", on_gpu=True),
    Stage("surface", 3, "importer.reconstruct.surface:surface", "predict profile.reconstruct"),
    Stage("repair", 1, "importer.mesh.repair:repair", "surface"),
    Stage(
        *("place", 1, "importer.mesh.place:place"),
        "repair predict.view.camera profile.scale profile.pivot profile.facing",
    ),
    Stage("retopo", 2, "importer.mesh.retopo:retopo", "place profile.retopo"),
    Stage("unwrap", 1, "importer.mesh.unwrap:unwrap", "retopo profile.textures"),
    Stage("lods", 3, "importer.mesh.lods:lods", "unwrap profile.lods"),
    Stage("bake", 1, "importer.texture.bake:bake", "place unwrap predict profile.textures"),
    Stage("collide", 1, "importer.mesh.collision:collide", "place profile.collision"),
    Stage("export", 4, "importer.export.asset:export", "name lods bake collide profile.export", is_product=True),
    Stage("preview", 1, "importer.preview.asset:preview", "intake lods bake", is_product=True),
    Stage(
        *("verify", 7, "importer.verify.asset:verify"),
        "name export predict.view place unwrap lods bake collide profile.pivot",
        is_product=True,
    ),
    Stage(
        *("manifest", 3, "importer.export.manifest:manifest"),
        f"name file {_ALL} profile verify export preview",
        is_product=True,
    ),
)


def gpu_stages(table: Sequence[Stage] = STAGES) -> frozenset[str]:
    """Return the names of the stages that are for a GPU."""
    return frozenset(stage.name for stage in table if stage.on_gpu)
