"""The shared library of the ``meshoptimizer`` package, opened without importing the package, whose loader prints."""

from __future__ import annotations

import ctypes
import functools
import importlib.util
from pathlib import Path


@functools.cache
def library() -> ctypes.CDLL | None:
    """Return the library, or None where it is not installed. Whoever calls a function declares its types."""
    spec = importlib.util.find_spec("meshoptimizer")
    if spec is None or spec.origin is None:
        return None
    files = sorted(p for p in Path(spec.origin).parent.glob("_meshoptimizer*") if p.suffix in (".so", ".pyd"))
    try:
        return ctypes.CDLL(str(files[0])) if files else None
    except OSError:
        return None
