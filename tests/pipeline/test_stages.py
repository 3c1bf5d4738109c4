import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from importer.pipeline.stages import STAGES
from importer.profile.schema import Profile

ROOT = Path(__file__).parents[2]
NAMES = [stage.name for stage in STAGES]


@pytest.mark.parametrize("stage", STAGES, ids=NAMES)
def test_stage_takes_the_arguments_the_table_gives(stage):
    inspect.signature(stage.load()).bind(*stage.arguments.split())


@pytest.mark.parametrize("stage", STAGES, ids=NAMES)
def test_arguments_come_from_earlier_stages_or_the_profile(stage):
    earlier = NAMES[: NAMES.index(stage.name)]
    for source in stage.arguments.split():
        root, *path = source.removeprefix("~").split(".")
        assert root in {*earlier, "profile", "data", "name", "file"}
        if root == "profile" and path:
            assert path[0] in Profile.model_fields


@pytest.mark.parametrize("stage", STAGES, ids=NAMES)
def test_version_beside_the_function_is_that_of_the_table(stage):
    module = importlib.import_module(stage.function.partition(":")[0])
    assert getattr(module, "VERSION", stage.version) == stage.version


def test_table_is_the_design():
    lines = re.findall(
        r"^    (\w+)\(.* (importer/\S+\.py)$", (ROOT / "docs/design.md").read_text("utf-8"), re.MULTILINE
    )
    table = [(stage.name, stage.function.partition(":")[0].replace(".", "/") + ".py") for stage in STAGES]
    assert table == sorted(lines, key=lambda row: NAMES.index(row[0]))


def test_importing_the_table_imports_no_stage():
    tree = ast.parse((ROOT / "importer/pipeline/stages.py").read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in imported if name and name.startswith("importer")}
