"""Write the .meta files of the package for Unity that are missing: `python -m tests.bridges.unity.metas`.

Unity leaves out what has none, since it cannot write into an installed package. A GUID is made from the path once and
never changed after, for projects refer to scripts by it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

from tests.bridges.unity.mono import PACKAGE

_SCRIPT = """MonoImporter:
  externalObjects: {}
  serializedVersion: 2
  defaultReferences: []
  executionOrder: 0
  icon: {instanceID: 0}
  userData:
  assetBundleName:
  assetBundleVariant:
"""
_OTHER = """{importer}:
  externalObjects: {{}}
  userData:
  assetBundleName:
  assetBundleVariant:
"""
_IMPORTERS = {".asmdef": "AssemblyDefinitionImporter", ".md": "TextScriptImporter", ".json": "TextScriptImporter"}


def assets() -> Iterator[Path]:
    """Yield everything in the package that Unity imports: it skips names with a leading dot or a trailing ~."""
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        if path.suffix != ".meta" and not any(part.startswith(".") or part.endswith("~") for part in parts):
            yield path


def meta(path: Path) -> str:
    """Return the .meta file's text for a path of the package."""
    name = path.relative_to(PACKAGE).as_posix()
    guid = uuid.uuid5(uuid.NAMESPACE_URL, f"com.importer.bridge/{name}").hex
    head = f"fileFormatVersion: 2\nguid: {guid}\n"
    if path.is_dir():
        return head + "folderAsset: yes\n" + _OTHER.format(importer="DefaultImporter")
    if path.suffix == ".cs":
        return head + _SCRIPT
    if name == "package.json":
        return head + _OTHER.format(importer="PackageManifestImporter")
    return head + _OTHER.format(importer=_IMPORTERS[path.suffix])


if __name__ == "__main__":
    for asset in assets():
        target = asset.with_name(asset.name + ".meta")
        if not target.exists():
            target.write_text(meta(asset), "utf-8", newline="\n")
