"""The shared figure with further levels of detail."""

from __future__ import annotations

import shutil
from typing import Any

from tests.bridges.unreal_fake.harness import Project


def publish_with_levels(project: Project, count: int, version: str = "") -> None:
    """Publish the figure with further levels, which have the first one's geometry; a new version each time."""
    folder = project.publish("good-figure")

    def change(manifest: dict[str, Any]) -> None:
        first = next(entry for entry in manifest["files"] if entry["path"] == "unreal/SM_figure.glb")
        manifest["generator"]["version"] = f"{version} with {count} levels"
        for number in range(1, count):
            file = f"unreal/SM_figure_LOD{number}.glb"
            shutil.copy(folder / "unreal/SM_figure.glb", folder / file)
            manifest["files"].append({**first, "path": file})
            manifest["lods"].append({**manifest["lods"][0], "level": number, "screen_size": 0.6 / number})
            level = {"level": number, "file": file, "node": f"SM_figure_LOD{number}"}
            manifest["targets"]["unreal"]["lods"].append(level)

    project.edit_manifest(change, "figure")
