"""ONNX Runtime sessions: opened once per process, on the best provider that really works."""

from __future__ import annotations

import functools
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from importer.errors import ModelError

# Best first. TensorRT is left out: it compiles an engine for minutes at the first run.
PREFERENCE = (
    "CUDAExecutionProvider",
    "DmlExecutionProvider",
    "CoreMLExecutionProvider",
    "CPUExecutionProvider",
)
THREADS_VARIABLE = "IMPORTER_THREADS"


@dataclass(frozen=True)
class Session:
    """An open model; `provider` is the one that runs it, `warnings` say when that is not the one wanted."""

    onnx: ort.InferenceSession
    provider: str
    warnings: tuple[str, ...]

    @property
    def metadata(self) -> dict[str, str]:
        """The file's ``metadata_props``."""
        return dict(self.onnx.get_modelmeta().custom_metadata_map)

    def run(self, feeds: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Run the graph; returns its outputs by name."""
        names = [o.name for o in self.onnx.get_outputs()]
        try:
            return dict(zip(names, self.onnx.run(names, feeds), strict=True))  # type: ignore[arg-type]
        except Exception as error:  # onnxruntime's exceptions share no public base class
            fix = "Close other programs that use the GPU, or set CUDA_VISIBLE_DEVICES=-1 to run on the CPU."
            raise ModelError(f"the network failed on {self.provider}: {_first_line(error)}", fix=fix) from error


def wanted_providers() -> list[str]:
    """Return the providers that this build of ONNX Runtime offers, best first; a session shows which of them work."""
    available = ort.get_available_providers()
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("-1", "")
    return [p for p in PREFERENCE if p in available and not (hidden and p == "CUDAExecutionProvider")]


def threads() -> int:
    """Return the number of threads for CPU work: IMPORTER_THREADS, else the cores this process may use."""
    asked = os.environ.get(THREADS_VARIABLE, "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def open_session(path: Path) -> Session:
    """Open a model, once per process and file state.

    Raises
    ------
    ModelError
        The file is missing or is no ONNX model that this ONNX Runtime can load.
    """
    try:
        state = path.stat()
    except OSError:
        raise ModelError("the model file does not exist", where=str(path), fix="Check the path.") from None
    return _open(path, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=2)
def _open(path: Path, _mtime_ns: int, _size: int) -> Session:
    wanted = wanted_providers()
    gpu_possible = "CUDAExecutionProvider" in wanted and has_nvidia_driver()
    if gpu_possible:
        _preload_cuda()
    elif "CUDAExecutionProvider" in wanted:
        wanted.remove("CUDAExecutionProvider")  # asking for it without a driver costs a second and an error message
    options = ort.SessionOptions()
    options.use_deterministic_compute = True
    options.intra_op_num_threads = threads()
    options.log_severity_level = 4  # failures are raised or show in the provider
    try:
        session = ort.InferenceSession(path, options, [_with_options(p) for p in wanted])
    except Exception as error:  # onnxruntime's exceptions share no public base class
        fix = "Check that the file is a complete ONNX model."
        raise ModelError(f"the model cannot be loaded: {_first_line(error)}", where=str(path), fix=fix) from error
    provider = session.get_providers()[0]
    return Session(session, provider, _fallback_warning(provider, wanted))


def _fallback_warning(provider: str, wanted: list[str]) -> tuple[str, ...]:
    if provider == wanted[0]:
        return ()
    return (
        f"{wanted[0]} could not start, so the network runs on {provider}. Install the CUDA libraries with "
        "`pip install asset-drop[cuda]` and run `importer doctor`.",
    )


def _with_options(provider: str) -> str | tuple[str, dict[str, str]]:
    if provider == "CUDAExecutionProvider":
        # An exhaustive search would time kernels and pick differently from run to run; TF32 costs three digits.
        return provider, {"cudnn_conv_algo_search": "HEURISTIC", "use_tf32": "0"}
    return provider


def has_nvidia_driver() -> bool:
    """Return whether an NVIDIA driver is loaded."""
    if sys.platform == "win32":
        return (Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "nvcuda.dll").exists()
    return Path("/proc/driver/nvidia/version").exists() or Path("/dev/nvidia0").exists() or Path("/dev/dxg").exists()


def _preload_cuda() -> None:
    preload = getattr(ort, "preload_dlls", None)
    if preload is not None:
        preload()  # finds CUDA and cuDNN that came as wheels; prints nothing when they are elsewhere


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
