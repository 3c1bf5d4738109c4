"""A Unity project without Unity, with published carts to import."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from tests.bridges.unity.mono import Bridge

SHARED = Path(__file__).parents[2] / "support" / "manifests"
KEY = "Imported/cart"


class Project:
    """A folder with Assets and ProjectSettings, beside an out folder with one cart."""

    def __init__(self, folder: Path, bridge: Bridge, case: str = "good-unity-urp", asset: str = "cart") -> None:
        self.root, self.out, self.bridge = folder / "game", folder / "out", bridge
        self.assets = self.root / "Assets"
        self.assets.mkdir(parents=True)
        shutil.copytree(SHARED / case / asset, self.out / asset)
        self.configure()

    def configure(self, **changes: Any) -> None:
        config = {"config_version": 1, "watch": [{"out": "../out"}], **changes}
        self.write("ProjectSettings/ImporterBridge.json", json.dumps(config))

    def write(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        return target

    def open(self, **options: Any) -> None:
        """Start the editor again: the bridge forgets everything but its state."""
        answer = self.bridge("open", project=str(self.root), **options)
        assert answer is None, answer

    def run(self, **options: Any) -> dict[str, Any]:
        return self.bridge("run", **options)

    def imported(self, **options: Any) -> dict[str, Any]:
        """Start the editor, look once and do what is to be done."""
        self.open(**options)
        return self.run()

    def manifest(self, asset: str = "cart") -> Path:
        return self.out / asset / f"{asset}.manifest.json"

    def publish(self, change: Any = None, asset: str = "cart") -> None:
        """Publish anew: `change` edits the manifest; hashes and sizes are those of the files that are there."""
        path = self.manifest(asset)
        manifest = json.loads(path.read_bytes())
        if change:
            change(manifest)
        for entry in manifest["files"]:
            data = (path.parent / entry["path"]).read_bytes()
            entry.update(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
        path.write_text(json.dumps(manifest), "utf-8")

    def report(self, asset: str = "cart") -> dict[str, Any]:
        return json.loads((self.out / asset / "reports" / "unity.json").read_bytes())

    def failed(self) -> list[str]:
        return [check["name"] for check in self.report()["checks"] if check["status"] == "failed"]

    def state(self, key: str = KEY) -> dict[str, Any]:
        return json.loads((self.root / "ProjectSettings/ImporterBridge.state.json").read_bytes())["assets"][key]

    def guids(self) -> dict[str, str]:
        """Return the GUID of everything in Assets by path below it."""
        metas = sorted(self.assets.rglob("*.meta"))
        lines = {path: path.read_text("utf-8").split("\n") for path in metas}
        return {path.relative_to(self.assets).as_posix()[:-5]: rows[1][6:] for path, rows in lines.items()}

    def snapshot(self) -> dict[str, tuple[int, bytes]]:
        """Return time and content of every file of the project and of the published folder."""
        files = [path for folder in (self.root, self.out) for path in sorted(folder.rglob("*")) if path.is_file()]
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def new_texture(project: Project, marker: bytes = b"new") -> bytes:
    """Publish the cart with another base colour and return that file's content."""
    path = project.out / "cart/unity-urp/cart_BaseColor.png"
    path.write_bytes(path.read_bytes() + marker)
    project.publish()
    return path.read_bytes()
