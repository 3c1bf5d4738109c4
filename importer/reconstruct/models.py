"""The models that can be used: the shipped one, those in the user's models folder, and any ONNX file by its path."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from importer.errors import ModelError
from importer.reconstruct.contract import KEY, Contract, check_tensors, parse
from importer.reconstruct.session import Session, open_session

FOLDER_VARIABLE = "IMPORTER_MODELS"
_SHIPPED = Path(__file__).parent / "models"
_hashes: dict[tuple[Path, int, int], str] = {}


@dataclass(frozen=True)
class Model:
    """A checked model, open and ready."""

    path: Path
    sha256: str
    contract: Contract
    session: Session


@dataclass(frozen=True)
class Listed:
    """One line of `list_models`; `error` is empty when the model can be used."""

    name: str
    path: Path
    license: str
    version: int
    error: str = ""


def user_folder() -> Path:
    """Return the folder of the user's models: IMPORTER_MODELS, else the platform's place for application data."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "importer" / "models"


def list_models() -> list[Listed]:
    """Return all installed models by name, the unusable ones with their error."""
    return [_listed(name, path) for name, path in sorted(_installed().items())]


def find(name: str) -> Path:
    """Return the file of a model given by its name or by a path ending in ``.onnx``.

    Raises
    ------
    ModelError
        There is no such model; the message lists those that there are.
    """
    if name.lower().endswith(".onnx"):
        path = Path(name).expanduser()
        if path.is_file():
            return path.resolve()
        raise ModelError("there is no such model file", where=name, fix="Check `reconstruct.model` in the profile.")
    installed = _installed()
    if name in installed:
        return installed[name]
    known = ", ".join(sorted(installed)) or "none"
    fix = f"Put {name}.onnx into {user_folder()}, or choose one of: {known}."
    raise ModelError(f"there is no model named {name!r}", where="reconstruct.model", fix=fix)


def load(name: str) -> Model:
    """Open a model by name or path and check that it keeps its contract.

    Raises
    ------
    ModelError
        It is missing, damaged, or breaks its contract.
    """
    path = find(name)
    session = open_session(path)
    contract = parse(session.metadata.get(KEY), str(path))
    inputs = {i.name: (i.type, list(i.shape)) for i in session.onnx.get_inputs()}
    outputs = {o.name: (o.type, list(o.shape)) for o in session.onnx.get_outputs()}
    check_tensors(inputs, outputs, contract, str(path))
    return Model(path, sha256(path), contract, session)


def sha256(path: Path) -> str:
    """Return the hash of a model file, computed once per file state."""
    state = path.stat()
    key = (path, state.st_mtime_ns, state.st_size)
    if key not in _hashes:
        with path.open("rb") as file:
            _hashes[key] = hashlib.file_digest(file, "sha256").hexdigest()
    return _hashes[key]


def _installed() -> dict[str, Path]:
    """Shipped and user models by file name; a user's model of the same name wins."""
    return {path.stem: path for folder in (_SHIPPED, user_folder()) for path in sorted(folder.glob("*.onnx"))}


def _listed(name: str, path: Path) -> Listed:
    try:
        contract = load(str(path)).contract
    except ModelError as error:
        return Listed(name, path, license="unknown", version=0, error=str(error))
    return Listed(name, path, contract.license, contract.version)
