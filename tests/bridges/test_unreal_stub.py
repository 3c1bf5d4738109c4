"""That the fake is no invention: what it has is what unreal-stub 0.3 (Unreal 5.6) documents."""

from __future__ import annotations

import ast
import copy
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from tests.bridges.unreal_fake import stub
from tests.bridges.unreal_fake.core import EnumBase, Object, StructBase
from tests.bridges.unreal_fake.harness import PLUGIN, ROOT, SHARED
from tests.bridges.unreal_fake.module import FUNCTIONS, classes

BASES = {"Object", "StructBase", "EnumBase", "Array", "Name", "Text"}
SOURCES = sorted((PLUGIN / "Content/Python").rglob("*.py"))


def methods(kind: type) -> Iterator[tuple[str, Any, bool]]:
    for name, value in vars(kind).items():
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, classmethod)):
            function = value.__func__ if isinstance(value, classmethod) else value
            yield name, inspect.unwrap(function), isinstance(value, classmethod)


@pytest.mark.parametrize("name", sorted(set(classes()) - {"Object", "EnumBase", "StructBase"}))
def test_the_fakes_methods_are_those_of_the_stub(name: str) -> None:
    assert stub.has_class(name)
    for called, function, is_classmethod in methods(classes()[name]):
        known = stub.method(name, called)
        parameters = list(inspect.signature(function).parameters.values())[1:]
        if known is None and called in ("hulls",):  # what tests look at
            continue
        assert known is not None, f"Unreal has no {name}.{called}"
        own = [p.name for p in parameters if p.kind is not inspect.Parameter.VAR_POSITIONAL]
        assert tuple(own) == known.parameters[: len(own)], f"{name}.{called}"
        assert len(own) == len(known.parameters) or len(own) < len(parameters), f"{name}.{called}"
        assert is_classmethod == known.is_classmethod or called == "get_num_verts", f"{name}.{called}"


def test_the_fakes_functions_are_those_of_the_stub() -> None:
    for function in FUNCTIONS:
        assert stub.function(function.__name__) == tuple(inspect.signature(function).parameters)


def test_every_name_of_unreal_that_the_bridge_uses_is_in_the_fake() -> None:
    used = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "unreal":
                used.add(node.attr)
    assert used - set(classes()) - {function.__name__ for function in FUNCTIONS} == set()


def test_properties_are_checked_by_name_type_and_whether_they_can_be_written() -> None:
    texture = classes()["Texture2D"]()
    with pytest.raises(Exception, match="Failed to find property 'sRGB'"):
        texture.set_editor_property("sRGB", True)
    with pytest.raises(Exception, match="read-only"):
        texture.set_editor_property("asset_import_data", None)
    with pytest.raises(TypeError, match="Cannot nativize"):
        texture.set_editor_property("srgb", "yes")
    kinds = [kind for kind in classes().values() if issubclass(kind, (Object, StructBase, EnumBase))]
    assert len(kinds) > 60


def test_the_engine_free_modules_need_no_unreal() -> None:
    modules = [
        path.stem for path in (PLUGIN / "Content/Python/importer_bridge").glob("*.py") if path.stem != "__init__"
    ]
    code = "import sys; sys.modules['unreal'] = None\n" + "".join(f"import importer_bridge.{m}\n" for m in modules)
    code += "assert not [m for m in sys.modules if m.partition('.')[0] in ('numpy', 'pydantic', 'importer')]"
    done = subprocess.run([sys.executable, "-c", code], cwd=PLUGIN / "Content/Python", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_plugin_is_written_in_python_3_9(path) -> None:
    ast.parse(path.read_text("utf-8"), feature_version=(3, 9))


def test_the_plugin_has_the_manifests_published_schema() -> None:
    own, published = PLUGIN / "Resources/manifest.schema.json", ROOT / "docs/manifest.schema.json"
    assert own.read_bytes() == published.read_bytes(), f"run: cp {published.relative_to(ROOT)} {own.relative_to(ROOT)}"


WRONG = (None, -1, 0.5, "", "x\n", [], {}, True)


def mutations(value: Any) -> Iterator[Any]:
    """Yield the manifest with one part missing, then with that part of another kind; each part once."""

    def parts(item: Any) -> Iterator[tuple[Any, Any]]:
        pairs = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
        for key, inner in list(pairs):
            yield item, key
            yield from parts(inner)

    for number, (owner, key) in enumerate(list(parts(value))):
        whole = copy.copy(owner)
        owner[key] = WRONG[number % len(WRONG)]
        yield value
        del owner[key]
        yield value
        owner.clear()
        owner.update(whole) if isinstance(owner, dict) else owner.extend(whole)


def test_the_plugins_schema_checker_agrees_with_jsonschema() -> None:
    from importer_bridge.schema import first_fault, manifest_schema

    value = json.loads((SHARED / "good-unreal/cart/cart.manifest.json").read_text("utf-8"))
    # One of each kind is enough, and keeps this quick.
    for key, most in (("files", 1), ("lods", 1), ("guesses", 1)):
        del value[key][most:]
    value["targets"] = {"unreal": value["targets"]["unreal"]}
    value["provenance"]["parameters"], value["provenance"]["programs"] = {}, {}
    value["quality"]["figures"] = {"watertight": True}
    judge = jsonschema.Draft202012Validator(manifest_schema())
    assert judge.is_valid(value) and first_fault(value, manifest_schema()) is None
    wrong = 0
    for other in mutations(value):
        ours = first_fault(other, manifest_schema())
        # JSON Schema's "$" in Python stands before a last line feed too; the checker is stricter there.
        if ours is None or "must match" not in ours[1]:
            assert judge.is_valid(other) == (ours is None), ours
        wrong += ours is not None
    assert wrong > 200
