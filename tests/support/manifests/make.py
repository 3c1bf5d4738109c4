"""Write the shared set of published folders again: ``python -m tests.support.manifests.make``.

The set is kept as files, because readers in other languages test against it. Run this after a change of the manifest,
look at the difference, and commit it. What is expected of each folder is written here by hand from what the cart and
the figure are, never taken from a reader.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from importer.export.manifest import encode
from importer.records import Collision
from tests.support.manifests.figure import figure_folder
from tests.support.models import asset
from tests.support.published import publish

HERE = Path(__file__).parent
Json = dict[str, Any]

CART = {  # 1 x 1.2 x 2 m; lamp at the left, nose to the front, pivot on the floor
    "unity-urp": {"min": [-0.5, 0, -1], "max": [0.5, 1.2, 1]},
    "unity-hdrp": {"min": [-0.5, 0, -1], "max": [0.5, 1.2, 1]},
    "unreal": {"min": [-50, -100, 0], "max": [50, 100, 120]},
    "godot": {"min": [-0.5, 0, -1], "max": [0.5, 1.2, 1]},
    "gltf": {"min": [-0.5, 0, -1], "max": [0.5, 1.2, 1]},
}
LINEAR, SRGB = "linear", "srgb"
UNITY = [["base_color", "BaseColor", SRGB], ["mask", "MaskMap", LINEAR], ["normal", "Normal", LINEAR]]
UNREAL = [["base_color", "BC", SRGB], ["normal", "N", LINEAR], ["orm", "ORM", LINEAR]]


def unity(target: str, fbx: bool) -> Json:
    """Return what a reader must find for the cart in Unity."""
    file = f"{target}/cart"
    found = {
        "lods": [[0, f"{file}.glb", "cart_LOD0"], [1, f"{file}.glb", "cart_LOD1"]],
        "collision": [[f"{file}_Collision.glb", "cart_Collision_00"]],
        "textures": [[slot, f"{file}_{name}.png", space] for slot, name, space in UNITY],
        "fbx": None,
        "in_engine": CART[target],
    }
    if fbx:
        levels = [[0, f"{file}.fbx", "cart_LOD0"], [1, f"{file}.fbx", "cart_LOD1"]]
        found["fbx"] = {"file": f"{file}.fbx", "root": "cart", "lods": levels, "collision": []}
    return found


def unreal() -> Json:
    """Return the same for Unreal."""
    file = "unreal/SM_cart"
    return {
        "lods": [[0, f"{file}.glb", "SM_cart"], [1, f"{file}_LOD1.glb", "SM_cart_LOD1"]],
        "collision": [[f"{file}.glb", "UCX_SM_cart_00"]],
        "textures": [[slot, f"unreal/T_cart_{name}.png", space] for slot, name, space in UNREAL],
        "fbx": {
            "file": f"{file}.fbx",
            "root": "SM_cart_LODs",
            "lods": [[0, f"{file}.fbx", "SM_cart"], [1, f"{file}.fbx", "SM_cart_LOD1"]],
            "collision": [[f"{file}.fbx", "UCX_SM_cart_00"]],
        },
        "in_engine": CART["unreal"],
    }


def godot() -> Json:
    """Return the same for Godot: LOD0 alone."""
    return {
        "lods": [[0, "godot/cart.glb", "cart_mesh"]],
        "collision": [["godot/cart.glb", "cart_collision_00-convcolonly"]],
        "textures": [],
        "fbx": None,
        "in_engine": CART["godot"],
    }


def gltf(collision: bool = True) -> Json:
    """Return the same for viewers of glTF."""
    return {
        "lods": [[0, "gltf/cart.glb", "cart"], [1, "gltf/cart_LOD1.glb", "cart_LOD1"]],
        "collision": [["gltf/cart_collision.glb", "cart_collision_00"]] if collision else [],
        "textures": [],
        "fbx": None,
        "in_engine": CART["gltf"],
    }


def cart_folder(case: str, targets: dict[str, Json], formats: tuple[str, ...] = ("glb",), hulls: int = 1) -> Path:
    """Publish the cart for some targets and say what is expected of it."""
    made = asset(size=16, export={"targets": list(targets), "formats": list(formats)})
    if not hulls:
        made = _without_collision(made)
    folder = publish(made, HERE / case)
    expect(case, {"status": "ok", "faults": [], "asset": "cart", "levels": [42, 30], "targets": targets})
    return folder


def _without_collision(made: Any) -> Any:
    from dataclasses import replace

    return replace(made, collision=Collision("none", ()))


def expect(case: str, expected: Json) -> None:
    """Write what a reader must say of a case."""
    text = json.dumps(expected, indent=1, sort_keys=True) + "\n"
    (HERE / case / "expected.json").write_text(text, "utf-8", newline="\n")


def refused(case: str, status: str, *faults: tuple[str, str]) -> None:
    """Write that a reader must not import a case; `faults` are code and place."""
    expect(case, {"status": status, "faults": [list(fault) for fault in faults]})


def changed(case: str, change: Callable[[Json], None] | None = None) -> Path:
    """Publish the cart for glTF alone, with another manifest, and return its folder."""
    made = asset(size=16, export={"targets": ["gltf"]})
    folder = publish(made, HERE / case)
    if change:
        path = folder / "cart.manifest.json"
        value = json.loads(path.read_text("utf-8"))
        change(value)
        path.write_bytes(encode(value))
    return folder


def main() -> None:
    """Write all cases."""
    for old in HERE.iterdir():
        if old.is_dir() and old.name != "__pycache__":
            shutil.rmtree(old)
    _good()
    _unfinished()
    _refused()


def _good() -> None:
    cart_folder("good-unity-urp", {"unity-urp": unity("unity-urp", True)}, ("glb", "fbx"))
    cart_folder("good-unity-hdrp", {"unity-hdrp": unity("unity-hdrp", False)})
    cart_folder("good-unreal", {"unreal": unreal()}, ("glb", "fbx"))
    cart_folder("good-godot", {"godot": godot()})
    cart_folder("good-gltf", {"gltf": gltf()})
    cart_folder("good-no-collision", {"gltf": gltf(collision=False)}, hulls=0)
    expect("good-figure", figure_folder(HERE / "good-figure"))
    changed("good-newer-minor", _newer_minor)
    known = {"status": "ok", "faults": [], "asset": "cart", "levels": [42, 30], "targets": {"gltf": gltf()}}
    expect("good-newer-minor", known)


def _newer_minor(value: Json) -> None:
    """What a later 1.x may add: keys, slots, roles, kinds and targets that this version does not know."""
    value["schema_version"] = "1.7"
    value["weather"] = {"rain": True}
    value["lods"][0]["clusters"] = 3
    value["files"][0]["role"] = "hologram"
    value["collision"]["kind"] = "capsules"
    value["asset"]["kind"] = "vehicle"
    value["targets"]["gltf"]["in_engine"]["gravity"] = [0.0, -9.81, 0.0]
    value["targets"]["holodeck"] = value["targets"]["gltf"]


def _unfinished() -> None:
    glb = "gltf/cart.glb"
    folder = changed("wait-half-copied")
    path = folder / glb
    path.write_bytes(path.read_bytes()[:1000])
    refused("wait-half-copied", "incomplete", ("FILE_SIZE", glb))

    (changed("wait-missing-file") / glb).unlink()
    refused("wait-missing-file", "incomplete", ("FILE_MISSING", glb))

    path = changed("wait-hash-mismatch") / glb
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    refused("wait-hash-mismatch", "incomplete", ("HASH_MISMATCH", glb))

    path = changed("wait-truncated-manifest") / "cart.manifest.json"
    path.write_bytes(path.read_bytes()[:700])
    refused("wait-truncated-manifest", "incomplete", ("MANIFEST_NOT_JSON", "cart.manifest.json"))

    (changed("wait-empty-manifest") / "cart.manifest.json").write_bytes(b"")
    refused("wait-empty-manifest", "incomplete", ("MANIFEST_NOT_JSON", "cart.manifest.json"))

    (changed("wait-no-manifest") / "cart.manifest.json").unlink()
    refused("wait-no-manifest", "incomplete", ("MANIFEST_MISSING", ""))


def _refused() -> None:
    """Folders of a manifest alone: what is wrong with it shows before any other file is looked at."""
    file = "cart.manifest.json"

    def case(name: str, code: str, where: str, change: Callable[[Json], None]) -> None:
        shutil.rmtree(changed(f"refused-{name}", change) / "gltf")
        refused(f"refused-{name}", "refused", (code, where))

    def lod(number: int, **values: Any) -> Callable[[Json], None]:
        return lambda value: value["lods"][number].update(values)

    def version(text: Any) -> Callable[[Json], None]:
        return lambda value: value.update(schema_version=text)

    at = f"{file}: schema_version"
    case("future-version", "SCHEMA_VERSION", at, version("2.0"))
    case("far-future-version", "SCHEMA_VERSION", at, lambda value: (value.clear(), value.update(schema_version="10.3")))
    case("old-version", "SCHEMA_VERSION", at, version("0.1"))
    case("version-is-a-number", "MANIFEST_INVALID", at, version(1.0))
    case("missing-key", "MANIFEST_INVALID", f"{file}: bounds", lambda value: value.pop("bounds"))
    case(
        "wrong-type",
        "MANIFEST_INVALID",
        f"{file}: lods.0.triangles",
        lod(0, triangles="42"),
    )
    for name, text in (
        ("parent", "../cart.glb"),
        ("inner-parent", "gltf/../../cart.glb"),
        ("absolute", "/etc/cart.glb"),
        ("drive", "C:/cart.glb"),
        ("backslash", "gltf\\..\\..\\cart.glb"),
        ("device", "gltf/nul.glb"),
    ):
        case(f"path-{name}", "PATH_UNSAFE", file, _path_everywhere(text))
    case("unlisted-file", "FILE_UNLISTED", "gltf/cart.glb", lambda value: value["files"].pop(0))
    case("level-gap", "MANIFEST_INVALID", f"{file}: lods", lod(1, level=2))
    case("screen-sizes-rise", "MANIFEST_INVALID", f"{file}: lods", lod(1, screen_size=1.5))
    case("twice-listed", "MANIFEST_INVALID", f"{file}: files", lambda value: value["files"].append(value["files"][0]))


def _path_everywhere(text: str) -> Callable[[Json], None]:
    """Return a change that names `text` in place of the first file, wherever it is named."""

    def change(value: Json) -> None:
        old = value["files"][0]["path"]
        value["files"][0]["path"] = text
        for entry in value["targets"]["gltf"]["lods"] + value["targets"]["gltf"]["collision"]:
            if entry["file"] == old:
                entry["file"] = text

    return change


if __name__ == "__main__":
    main()
