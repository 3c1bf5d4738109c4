"""The state of the fake editor: its assets, what was called, and what is to go wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class World:
    """Reset before each test."""

    project: Path = Path()
    version: str = "5.6.0-43139311+++UE5+Release-5.6"
    command_line: str = "P.uproject -nullrhi"  # without it, photographs are taken
    assets: dict[str, Any] = field(default_factory=dict)  # by package
    redirectors: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    missing: set[tuple[str, str]] = field(default_factory=set)  # (class, property or method)
    faults: set[str] = field(default_factory=set)
    files: dict[str, dict[str, Any]] | None = None  # version control: state of files; None: there is none
    ticks: list[Any] = field(default_factory=list)
    queue: list[Any] = field(default_factory=list)  # imports that go on meanwhile
    selection: list[Any] = field(default_factory=list)
    menu: list[Any] = field(default_factory=list)
    is_playing: bool = False
    pictures: dict[str, Path] = field(default_factory=dict)  # copies of what was imported, by package
    actors: list[Any] = field(default_factory=list)  # in the open level
    selected: list[Any] = field(default_factory=list)
    dirty_levels: list[str] = field(default_factory=list)
    targets: int = 0  # that hold memory of the GPU
    captures: int = 0
    captures_until_compiled: int = 0
    undo: list[str] = field(default_factory=list)  # what an artist could take back
    transactions: list[list[str]] = field(default_factory=list)  # that are open
    variables: dict[str, int] = field(default_factory=lambda: {"Interchange.FeatureFlags.Import.FBX": 1})  # console

    def reset(self, project: Path) -> None:
        """Begin with an empty project in a folder."""
        self.__init__(project=project)
        (project / "Content").mkdir(parents=True, exist_ok=True)

    def called(self, name: str) -> list[tuple[Any, ...]]:
        """Return the arguments of each call of ``Class.method`` or setting of ``Class.property``."""
        return [args for called, args in self.calls if called == name]

    def undo_step(self, text: str) -> None:
        """Remember what could be undone, in the open transaction or as one of its own."""
        (self.transactions[-1] if self.transactions else self.undo).append(text)

    def add(self, path: str, asset: Any) -> Any:
        """Put an asset into the content browser."""
        asset._path = path
        self.assets[path] = asset
        return asset

    def move(self, old: str, new: str) -> None:
        """Move an asset as an artist does; a redirector stays behind."""
        self.add(new, self.assets.pop(old))
        self.redirectors[old] = new

    def delete(self, path: str) -> None:
        """Delete an asset as an artist does, who confirms that references to it become empty."""
        gone = self.assets.pop(path)
        for asset in self.assets.values():
            textures = asset.__dict__.get("_textures", {})
            for name in [name for name, texture in textures.items() if texture is gone]:
                del textures[name]
        self.uasset(path).unlink(missing_ok=True)

    def uasset(self, path: str) -> Path:
        """Return an asset's file."""
        return self.project / "Content" / f"{path.removeprefix('/Game/')}.uasset"

    def as_5_5(self) -> None:
        """Take away what came after 5.5: of Interchange's manager, scripts saw a few functions only."""
        self.version = "5.5.4-40574608+++UE5+Release-5.5"
        later = ("can_translate_source_data", "is_interchange_active", "wait_until_all_tasks_done")
        self.missing = {("InterchangeManager", name) for name in later}

    def as_5_4(self) -> None:
        """Take away what came after 5.4."""
        self.as_5_5()
        self.version = "5.4.4-35576357+++UE5+Release-5.4"
        self.variables["Interchange.FeatureFlags.Import.FBX"] = 0
        mesh, assets = "InterchangeGenericMeshPipeline", "InterchangeGenericAssetsPipeline"
        self.missing |= {
            ("InterchangeManager", "scripted_import_asset_async"),
            ("SkeletalMeshEditorSubsystem", "remove_lods"),
            *((mesh, "collision"), (mesh, "fallback_collision_type"), (mesh, "auto_compute_lod_screen_sizes")),
            *((mesh, "lod_screen_sizes"), (assets, "scene_name_sub_folder"), (assets, "asset_type_sub_folders")),
        }


world = World()
