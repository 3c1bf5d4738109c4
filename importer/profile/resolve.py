"""The profile of one picture, and where each of its values came from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from importer.errors import ProfileError
from importer.profile import shipped
from importer.profile.check import did_you_mean
from importer.profile.keys import keys, sections
from importer.profile.layers import expand, folder_profiles, project_root, sidecar
from importer.profile.schema import Profile
from importer.profile.source import Document, shown

# Keys that exclude each other: a picture's own height replaces its folder's width.
_ONE_OF = ("scale.",)


@dataclass(frozen=True)
class Resolved:
    """A picture's profile; ``sources`` by dotted key: ``file:line`` from the root, ``shipped:name`` or ``default``."""

    profile: Profile
    sources: dict[str, str]
    files: tuple[Path, ...]


def resolve(
    picture: Path, *, root: Path | None = None, profile: Path | None = None, fence: Path | None = None
) -> Resolved:
    """Resolve the profile of a picture, which need not exist.

    Parameters
    ----------
    picture : Path
        The picture; its sidecar has its name with ``.yaml`` or ``.yml``.
    root : Path, optional
        Folder from which ``profile.yaml`` files count, and which relative ``extends`` cannot leave. Default:
        ``layers.project_root``.
    profile : Path, optional
        A file or a shipped profile's name, in place of the folders' files; the sidecar still wins over it.
    fence : Path, optional
        A folder of strangers' files: symbolic links in it that lead out of it are passed over.

    Raises
    ------
    ProfileError
        With file, line, key, what was expected and the nearest valid name.
    """
    root = (root or project_root(picture)).absolute()
    own = sidecar(picture, fence)
    documents: list[Document] = []
    if profile is not None:
        documents += _named(profile, root)
    else:
        for path in folder_profiles(picture, root, fence):
            documents += expand(path, root)
            _refuse_name(documents[-1])
    if own:
        documents += expand(own, root)
    return _merge(documents, root)


def _named(profile: Path, root: Path) -> list[Document]:
    if not profile.exists():
        if str(profile) in shipped.names():
            profile = shipped.path(str(profile))
        elif not profile.suffix and profile.name == str(profile):
            fix = did_you_mean(str(profile), list(shipped.names())) + " A path ends in .yaml."
            raise ProfileError("no such file, and no shipped profile of this name", where=str(profile), fix=fix)
    path = profile.absolute()
    return expand(path, root if path.resolve().is_relative_to(root.resolve()) else path.parent)


def _refuse_name(folder: Document) -> None:
    asset = folder.values.get("asset")
    if isinstance(asset, dict) and asset.get("name") is not None:
        raise ProfileError(
            "a folder's profile cannot give a name, because all its pictures would share it",
            where=folder.where("asset.name"),
            fix="Move it to the picture's own file, such as chair.yaml beside chair.png.",
        )


def _merge(documents: list[Document], root: Path) -> Resolved:
    values: dict[str, object] = {}
    origin: dict[str, Document] = {}
    for document in documents:
        own = _flat(document)
        for prefix in _ONE_OF:
            if any(key.startswith(prefix) for key in own):
                values = {key: value for key, value in values.items() if not key.startswith(prefix)}
        values.update(own)
        origin.update(dict.fromkeys(own, document))
    profile = Profile.model_validate(_nested(values), strict=True)
    _check_screen_sizes(profile, origin)
    sources = {key: _source(origin[key], key, root) if key in values else "default" for key in keys()}
    files = tuple(dict.fromkeys(document.path for document in documents))
    return Resolved(profile, sources, files)


def _flat(document: Document) -> dict[str, object]:
    """Return values by dotted key; an ONNX file is named from the file that names it."""
    flat: dict[str, object] = {}

    def collect(values: dict[str, Any], prefix: str) -> None:
        for name, value in values.items():
            if isinstance(value, dict):
                collect(value, f"{prefix}{name}.")
            elif prefix or name not in sections():  # "scale:" with all its keys commented out says nothing
                flat[prefix + name] = value

    collect(document.values, "")
    model = flat.get("reconstruct.model")
    if isinstance(model, str) and model.lower().endswith(".onnx"):
        flat["reconstruct.model"] = str(document.path.parent / model.replace("\\", "/"))
    return flat


def _nested(flat: dict[str, object]) -> dict[str, object]:
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        section, _, name = key.rpartition(".")
        (nested.setdefault(section, {}) if section else nested)[name] = value
    return nested


def _check_screen_sizes(profile: Profile, origin: dict[str, Document]) -> None:
    """Compare two keys that may come from two files, which is why the schema cannot."""
    sizes, count = profile.lods.screen_sizes, profile.lods.count
    if sizes is None:
        return
    where = origin["lods.screen_sizes"].where("lods.screen_sizes")
    if len(sizes) != count:
        raise ProfileError(
            f"{len(sizes)} screen sizes for {count} levels", where=where, fix=f"Give {count}, or change lods.count."
        )
    if any(b >= a for a, b in pairwise(sizes)):
        raise ProfileError("screen sizes must fall from level to level", where=where, fix="Begin with the largest.")


def _source(document: Document, key: str, root: Path) -> str:
    if document.path.parent == shipped.folder():
        return f"shipped:{document.path.stem}"
    try:
        name = document.path.relative_to(root).as_posix()
    except ValueError:
        name = shown(document.path)
    return f"{name}:{document.lines[key]}"
