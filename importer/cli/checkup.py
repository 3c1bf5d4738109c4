"""What ``importer doctor`` looks at; every function returns lines of its table."""

from __future__ import annotations

import base64
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Literal

from importer.errors import ImporterError

# An ONNX graph of one Identity node, for asking a session which provider really runs when no network is installed.
_TINY = base64.b64decode("CAgSADo3ChAKAXgSAXkiCElkZW50aXR5EgFnWg8KAXgSCgoICAESBAoCCAFiDwoBeRIKCggIARIECgIIAUIECgAQDQ==")
_CUDA = "With an NVIDIA GPU: install its driver, then run: pip install 'asset-drop[cuda]'."


@dataclass(frozen=True)
class Check:
    """One line: ``missing`` is optional and not there, ``error`` keeps assets from being made."""

    name: str
    status: Literal["ok", "missing", "error"]
    value: str
    fix: str = ""


def checkup() -> list[Check]:
    """Return all lines."""
    return [*system(), *packages(), *providers(), gpu(), *networks(), *mattes(), simplifier(), cache(), folder()]


def system() -> list[Check]:
    """Program, Python and operating system."""
    return [
        Check("importer", "ok", _version("asset-drop") or "a checkout that is not installed"),
        Check("python", "ok", f"{platform.python_version()} ({sys.executable})"),
        Check("system", "ok", f"{platform.platform()}, {os.cpu_count()} cores"),
    ]


def packages() -> list[Check]:
    """Return what the package itself requires here, by its own metadata."""
    from packaging.requirements import Requirement

    lines = []
    for text in requires("asset-drop") or ():
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        found = _version(wanted.name)
        fix = f"Run: pip install '{wanted.name}{wanted.specifier}'"
        if found is None:
            # The simplifier has a fallback, and a line of its own below.
            lines.append(
                Check(wanted.name, "missing" if wanted.name == "meshoptimizer" else "error", "not installed", fix)
            )
        elif not wanted.specifier.contains(found, prereleases=True):
            lines.append(Check(wanted.name, "error", f"{found}, but {wanted.specifier} is needed", fix))
        else:
            lines.append(Check(wanted.name, "ok", found))
    if _version("onnxruntime") and _version("onnxruntime-gpu"):
        fix = "Run: pip uninstall onnxruntime onnxruntime-gpu, then install asset-drop again."
        lines.append(Check("onnxruntime", "error", "both onnxruntime and onnxruntime-gpu overwrite each other", fix))
    return lines


def providers() -> list[Check]:
    """Which provider a session really gets: ONNX Runtime lists providers that then do not start."""
    try:
        import onnxruntime as ort

        from importer.reconstruct.models import load
        from importer.reconstruct.session import wanted_providers
    except ImportError as error:
        return [Check("onnx provider", "error", str(error), "Install asset-drop again.")]
    offered = ", ".join(ort.get_available_providers())
    try:
        session = load("default").session
        used, warnings = session.provider, session.warnings
    except ImporterError:
        used, warnings = ort.InferenceSession(_TINY, providers=wanted_providers()).get_providers()[0], ()
    status = "missing" if warnings else "ok"
    return [
        Check("onnx provider in use", status, used, " ".join(warnings)),
        Check("onnx providers offered", "ok", offered),
    ]


def gpu() -> Check:
    """Name and driver of NVIDIA GPUs."""
    tool = shutil.which("nvidia-smi")
    if not tool:
        return Check("gpu", "missing", "no NVIDIA driver; networks run on the CPU", _CUDA)
    query = [tool, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("gpu", "missing", f"nvidia-smi does not answer: {error}", "Install the NVIDIA driver again.")
    lines = [line.strip() for line in answer.stdout.splitlines() if line.strip()]
    if answer.returncode or not lines:
        return Check(
            "gpu", "missing", (answer.stdout + answer.stderr).strip()[:200], "Install the NVIDIA driver again."
        )
    return Check("gpu", "ok", "; ".join(lines))


def networks() -> list[Check]:
    """Return the installed networks with their licences."""
    from importer.reconstruct.models import list_models, user_folder

    lines = [
        Check(
            f"network {m.name}", "error" if m.error else "ok", m.error or f"version {m.version}, {m.license}, {m.path}"
        )
        for m in list_models()
    ]
    if not any(line.name == "network default" for line in lines):
        fix = f"Install asset-drop again, or put default.onnx into {user_folder()}."
        lines.append(Check("network default", "error", "not installed", fix))
    return lines


def simplifier() -> Check:
    """Return the library that reduces meshes."""
    from importer.mesh.simplify import backend

    used = backend()
    if used == "meshoptimizer":
        return Check("mesh simplifier", "ok", used)
    fix = "Install a C++ compiler and run: pip install meshoptimizer==0.2.30a0 (not on Windows)."
    return Check("mesh simplifier", "missing", f"{used}, the fallback", fix)


def cache() -> Check:
    """Return place and size of the stage cache."""
    from importer.pipeline.cache import default_folder, default_size

    place = default_folder()
    used = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    return Check("stage cache", "ok", f"{place}, {used / 1e6:.0f} MB of at most {default_size() / 1e6:.0f} MB")


def folder() -> Check:
    """Return whether the cache folder can be written."""
    from importer.pipeline.cache import default_folder

    place = default_folder()
    existing = next(path for path in (place, *place.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if not os.access(existing, os.W_OK):
        return Check("disk", "error", f"{existing} cannot be written", "Set IMPORTER_CACHE to another folder.")
    return Check("disk", "ok", f"{free / 1e9:.1f} GB free")


def mattes() -> list[Check]:
    """Return the background networks: the shipped one, and those that profiles may name, and how to get them."""
    from importer.matte import shipped
    from importer.matte.network import ALLOWED
    from importer.matte.weights import weights_home, weights_path
    from importer.profile.schema import Matte

    status = "ok" if shipped.PATH.exists() else "error"
    fix = "" if shipped.PATH.exists() else "Install the package again."
    lines = [Check("matte network (shipped)", status, f"{shipped.LICENSE}, {shipped.PATH}", fix)]
    for model, entry in ALLOWED.items():
        path = weights_path(model)
        default = model == Matte().model
        name = f"matte {model}" + (" (default)" if default else "")
        if path:
            lines.append(Check(name, "ok", f"{entry.license}, {path}"))
            continue
        place = weights_home() / "models" / model / f"{model}.onnx"
        fix = f"`matte.method: rembg` fetches it; without a network, save {entry.url} as {place}."
        lines.append(Check(name, "missing", f"{entry.license}, {entry.megabytes} MB to fetch", fix if default else ""))
    return lines


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
