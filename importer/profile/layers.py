"""Which files speak about a picture, in which order: folder profiles from the project's root down, then the sidecar.

What a file ``extends`` counts as if written at its top: it yields to the file itself and wins over the folders above.
"""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from importer.errors import ProfileError
from importer.profile import shipped
from importer.profile.check import check, did_you_mean
from importer.profile.source import Document, quoted, read, shown

FOLDER_PROFILES = ("profile.yaml", "profile.yml")
MAX_FILES = 64


def project_root(picture: Path) -> Path:
    """Return the nearest folder above that holds a profile and a ``drop`` folder (``importer init``), else its own."""
    for folder in picture.absolute().parents:
        if (folder / "drop").is_dir() and any((folder / name).is_file() for name in FOLDER_PROFILES):
            return folder
    return picture.absolute().parent


def sidecar(picture: Path, fence: Path | None = None) -> Path | None:
    """Return the YAML file of the picture's own name beside it; two of them are refused.

    A symbolic link that leads out of the folder ``fence`` counts as no file, here and in `folder_profiles`.
    """
    if picture.stem == "profile":
        return None  # profile.yaml speaks for the whole folder, this picture included
    return _one(picture.absolute().with_suffix(".yaml"), picture.absolute().with_suffix(".yml"), fence)


def folder_profiles(picture: Path, root: Path, fence: Path | None = None) -> list[Path]:
    """Return the ``profile.yaml`` files from the root down to the picture's folder."""
    parent, root = picture.absolute().parent, root.absolute()
    if not parent.is_relative_to(root):
        parent, root = parent.resolve(), root.resolve()
    if not parent.is_relative_to(root):
        return []
    folders = [folder for folder in (parent, *parent.parents) if folder.is_relative_to(root)]
    first, second = FOLDER_PROFILES
    found = [_one(folder / first, folder / second, fence) for folder in reversed(folders)]
    return [path for path in found if path]


def expand(path: Path, root: Path) -> list[Document]:
    """Read a file and everything that it extends, checked, weakest first.

    Raises
    ------
    ProfileError
        A file is faulty, extends itself in a circle, or names something that does not exist or lies outside ``root``.
    """
    return _expand(path, root.resolve(), (), [0])


def _expand(path: Path, root: Path, chain: tuple[Path, ...], count: list[int]) -> list[Document]:
    document = read(path)
    check(document)
    count[0] += 1
    if count[0] > MAX_FILES:
        raise ProfileError(f"extends more than {MAX_FILES} files", where=document.where("extends"), fix="Flatten it.")
    chain = (*chain, path.resolve())
    documents: list[Document] = []
    for i, name in enumerate(document.extends):
        where = document.where(f"extends.{i}" if f"extends.{i}" in document.lines else "extends")
        target = _target(document, name, root, where)
        if target.resolve() in chain:
            circle = " extends ".join(shown(link) for link in (*chain, target.resolve()))
            raise ProfileError(
                f"profiles extend each other in a circle: {circle}", where=where, fix="Break the circle."
            )
        documents += _expand(target, root, chain, count)
    return [*documents, document]


def _target(document: Document, name: str, root: Path, where: str) -> Path:
    if name in shipped.names():
        return shipped.path(name)
    plain = name.replace("\\", "/")
    if "/" not in plain and not plain.endswith((".yaml", ".yml")):
        fix = did_you_mean(name, list(shipped.names())) + " A path ends in .yaml."
        raise ProfileError(f"no shipped profile is called {quoted(name)}", where=where, fix=fix)
    target = document.path.parent / plain
    inside = not PureWindowsPath(plain).drive and not plain.startswith("/") and target.resolve().is_relative_to(root)
    if not inside:
        raise ProfileError(
            f"{quoted(name)} lies outside the project {root}", where=where, fix="Copy the file into the project."
        )
    if not target.is_file():
        raise ProfileError(f"there is no file {quoted(name)} to extend", where=where, fix="A path starts at this file.")
    return target


def _one(first: Path, second: Path, fence: Path | None) -> Path | None:
    here = [path for path in (first, second) if path.is_file() and not (fence and _leads_out(path, fence))]
    if len(here) == 2:
        raise ProfileError(
            f"both {first.name} and {second.name} are there", where=shown(first), fix="Delete or rename one of the two."
        )
    return here[0] if here else None


def _leads_out(path: Path, fence: Path) -> bool:
    return path.is_symlink() and path.is_relative_to(fence) and not path.resolve().is_relative_to(fence.resolve())
