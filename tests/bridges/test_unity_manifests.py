"""The bridge's reader of manifests agrees with the shared set of published folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bridges.unity.mono import Bridge
from tests.bridges.unity.project import SHARED

CASES = sorted(path.parent for path in SHARED.glob("*/expected.json"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reader_agrees(bridge: Bridge, case: Path) -> None:
    expected = json.loads((case / "expected.json").read_bytes())
    folder = next(path for path in case.iterdir() if path.is_dir())
    found = bridge("read", folder=str(folder))
    assert found["status"] == expected["status"]
    if expected["status"] != "ok":
        assert found["code"] in {code for code, _ in expected["faults"]}
        return
    assert (found["asset"], found["levels"]) == (expected["asset"], expected["levels"])
    for name, target in expected["targets"].items():
        read = found["targets"][name]
        for key in ("lods", "collision", "textures"):
            assert read[key] == target[key], (name, key)
        assert read["in_engine"]["min"] == pytest.approx(target["in_engine"]["min"])
        assert read["in_engine"]["max"] == pytest.approx(target["in_engine"]["max"])
        assert read.get("fbx") == (target["fbx"]["file"] if target["fbx"] else None)
        if "skeleton" in target:
            assert read["humanoid"] == target["skeleton"]["humanoid"]


def test_shared_set_is_there() -> None:
    assert len(CASES) > 20
