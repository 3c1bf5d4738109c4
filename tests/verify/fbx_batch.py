"""Reads several FBX files in one child process."""

from __future__ import annotations

from typing import Any

from importer.verify.fbx_child import load


def load_all(files: list[bytes]) -> list[dict[str, Any]]:
    return [load(data) for data in files]
