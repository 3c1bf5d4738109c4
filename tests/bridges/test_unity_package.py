"""The package for Unity: every assembly compiles against declarations of Unity's API; Unity can take the package in."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from importer.manifest.folder import read_folder
from tests.bridges.unity import metas
from tests.bridges.unity.mono import PACKAGE, assemblies, build_folder, compiled, sources


@pytest.fixture(scope="module")
def libraries() -> dict[str, Path]:
    return assemblies()


def test_package_compiles(libraries: dict[str, Path]) -> None:
    assert libraries["core"].exists() and libraries["bridge"].exists()


def test_tests_of_the_package_compile(libraries: dict[str, Path]) -> None:
    tests = sources(PACKAGE / "Tests/Editor")
    compiled(build_folder() / "Importer.Bridge.Tests.dll", *tests, references=tuple(libraries.values()))


def test_samples_compile(libraries: dict[str, Path]) -> None:
    references = (libraries["engine"], libraries["editor"])
    compiled(build_folder() / "Samples.dll", *sources(PACKAGE / "Samples~"), references=references)


def test_misspelt_member_of_unity_does_not_compile(libraries: dict[str, Path], tmp_path: Path) -> None:
    wrong = tmp_path / "Wrong.cs"
    wrong.write_text("class Wrong { void F(UnityEngine.LODGroup group) { group.SetLods(null); } }")
    with pytest.raises(AssertionError, match="CS1061"):
        compiled(tmp_path / "Wrong.dll", wrong, references=(libraries["engine"],))


def test_everything_that_unity_imports_has_a_guid_of_its_own() -> None:
    found = {}
    for path in metas.assets():
        meta = path.with_name(path.name + ".meta")
        assert meta.exists(), f"{meta} is missing: python -m tests.bridges.unity.metas"
        match = re.search(r"^guid: ([0-9a-f]{32})$", meta.read_text("utf-8"), re.MULTILINE)
        assert match and match[1] not in found, meta
        found[match[1]] = path
    orphans = [path for path in PACKAGE.rglob("*.meta") if not path.with_suffix("").exists()]
    assert orphans == []


def test_package_manifest_fits_the_code() -> None:
    package = json.loads((PACKAGE / "package.json").read_bytes())
    version = re.search(r'Text = "(.*)"', (PACKAGE / "Core/Protocol/BridgeVersion.cs").read_text("utf-8"))
    assert (package["name"], package["unity"]) == ("com.importer.bridge", "2022.3")
    assert version and package["version"] == version[1]
    assert all((PACKAGE / sample["path"]).is_dir() for sample in package["samples"])


def test_assembly_definitions_refer_to_assemblies_that_are_there() -> None:
    definitions = [json.loads(path.read_bytes()) for path in PACKAGE.rglob("*.asmdef")]
    known = {definition["name"] for definition in definitions} | {"UnityEngine.TestRunner", "UnityEditor.TestRunner"}
    for definition in definitions:
        assert set(definition["references"]) <= known
        assert definition["includePlatforms"] == ["Editor"]  # nothing of the bridge gets into a game


def test_cart_of_the_editor_tests_is_a_published_folder() -> None:
    reading = read_folder(PACKAGE / "Tests/Editor/Published~/cart", "unity-urp")
    assert reading.status == "ok"
    assert '"screen_size": 0.5' in (PACKAGE / "Tests/Editor/Published~/cart/cart.manifest.json").read_text("utf-8")


def test_build_server_script_is_valid_shell() -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is needed to check the script")
    subprocess.run(["bash", "-n", PACKAGE / "Samples~/BuildServer/import.sh"], check=True)
