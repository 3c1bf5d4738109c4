"""The one binding of meshoptimizer's simplifier, with full signatures, and its fallback.

The wrapper of the ``meshoptimizer`` package leaves argument types undeclared, reads two-dimensional index arrays wrong
and trusts the sizes of the buffers it is given; here every array is checked, copied to the layout C expects, and as
large as C may write (meshoptimizer.h 0.23). Garland and Heckbert 1997; with attributes as in Hoppe 1999.
"""

from __future__ import annotations

import ctypes
import functools

import numpy as np
from numpy.typing import NDArray

from importer.records import F32, I32
from importer.system import meshoptimizer

_ABSOLUTE = 4  # errors in units of the vertices
_FLOATS, _INDICES, _BYTES = (ctypes.POINTER(t) for t in (ctypes.c_float, ctypes.c_uint, ctypes.c_ubyte))
_SIZE = ctypes.c_size_t


def backend() -> str:
    """Return the library that simplifies here: ``"meshoptimizer"`` or ``"fast-simplification"``."""
    return "meshoptimizer" if _library() else "fast-simplification"


def simplify(vertices: F32, faces: I32, target: int, locked: NDArray[np.bool_] | None = None) -> tuple[F32, I32]:
    """Reduce a mesh to about `target` triangles and keep its topology.

    Parameters
    ----------
    vertices : (n, 3) float32
    faces : (m, 3) int32
    target : int
        Triangles to reach; more remain when the topology allows no fewer.
    locked : (n,) bool, optional
        Vertices that must stay; fast-simplification ignores it.

    Returns
    -------
    vertices : (k, 3) float32
        Only those in use. meshoptimizer keeps the places of vertices, fast-simplification moves them.
    faces : (j, 3) int32
    """
    if _library() is None:
        return _fast_simplification(vertices, faces, target)
    n = len(vertices)
    plain = np.zeros((n, 1), np.float32)  # an attribute that weighs nothing
    locked = np.zeros(n, bool) if locked is None else locked
    kept, _ = simplify_with_attributes(vertices, plain, np.zeros(1), faces, target, locked)
    return _compact(vertices, kept)


def simplify_with_attributes(
    vertices: F32,
    attributes: F32,
    weights: NDArray[np.floating],
    faces: I32,
    target: int,
    locked: NDArray[np.bool_],
    most_error: float = 1e30,
) -> tuple[I32, float]:
    """Reduce a mesh whose vertices carry attributes; vertices stay where they are and seams stay closed.

    Parameters
    ----------
    vertices : (n, 3) float32
        Vertices at the same place with different attributes are a seam.
    attributes : (n, k) float32
        At most 32 values a vertex.
    weights : (k,) float
        How much one unit of an attribute counts against one unit of length.
    faces : (m, 3) int32
    target : int
        Triangles to reach.
    locked : (n,) bool
        Vertices that must stay.
    most_error : float
        No step makes a larger error, in units of the vertices; more triangles remain then.

    Returns
    -------
    faces : (j, 3) int32
        Indices into `vertices`.
    error : float
        Estimate of the deviation with the attributes' share, in units of the vertices.

    Raises
    ------
    RuntimeError
        meshoptimizer is not installed.
    """
    library = _library()
    if library is None:
        raise RuntimeError("meshoptimizer is not installed")
    vertices, indices = _checked(vertices, faces)
    attributes = np.ascontiguousarray(attributes, np.float32)
    weights = np.ascontiguousarray(weights, np.float32)
    lock = np.ascontiguousarray(locked, np.uint8)
    n, k = attributes.shape
    if n != len(vertices) or weights.shape != (k,) or lock.shape != (n,) or not 1 <= k <= 32:
        raise ValueError(f"attributes {attributes.shape}, weights {weights.shape}, locked {lock.shape} do not fit")
    out, error = np.empty_like(indices), ctypes.c_float()
    count = library.meshopt_simplifyWithAttributes(
        _pointer(out, _INDICES),
        _pointer(indices, _INDICES),
        indices.size,
        _pointer(vertices, _FLOATS),
        n,
        12,
        _pointer(attributes, _FLOATS),
        4 * k,
        _pointer(weights, _FLOATS),
        k,
        _pointer(lock, _BYTES),
        3 * target,
        most_error,
        _ABSOLUTE,
        ctypes.byref(error),
    )
    return out[:count].reshape(-1, 3).astype(np.int32), float(error.value)


def optimize_order(faces: I32, vertex_count: int) -> I32:
    """Return the triangles in an order that suits the GPU's vertex cache; as they are without meshoptimizer."""
    library = _library()
    if library is None or not len(faces):
        return faces
    indices = np.ascontiguousarray(faces, np.uint32).reshape(-1)
    out = np.empty_like(indices)
    library.meshopt_optimizeVertexCache(
        _pointer(out, _INDICES), _pointer(indices, _INDICES), indices.size, vertex_count
    )
    return out.reshape(-1, 3).astype(np.int32)


def _checked(vertices: F32, faces: I32) -> tuple[F32, NDArray[np.uint32]]:
    vertices = np.ascontiguousarray(vertices, np.float32)
    if vertices.ndim != 2 or vertices.shape[1] != 3 or faces.ndim != 2 or faces.shape[1] != 3:
        raise ValueError(f"expected (n, 3) vertices and faces, not {vertices.shape} and {faces.shape}")
    if not np.isfinite(vertices).all():
        raise ValueError("vertices are not finite")
    if len(faces) and (faces.min() < 0 or faces.max() >= len(vertices)):
        raise ValueError("faces name vertices that do not exist")
    return vertices, np.ascontiguousarray(faces, np.uint32).reshape(-1)


def _compact(vertices: F32, faces: I32) -> tuple[F32, I32]:
    used, compact = np.unique(faces, return_inverse=True)
    return vertices[used], compact.reshape(-1, 3).astype(np.int32)


def _fast_simplification(vertices: F32, faces: I32, target: int) -> tuple[F32, I32]:
    import fast_simplification  # only where meshoptimizer is missing

    if len(faces) <= target:
        return vertices, faces
    result = fast_simplification.simplify(vertices.astype(np.float64), faces, target_count=target, agg=3)
    return result[0].astype(np.float32), result[1].astype(np.int32)


def _pointer(array: NDArray, kind: type) -> object:
    return array.ctypes.data_as(kind)


@functools.cache
def _library() -> ctypes.CDLL | None:
    found = meshoptimizer.library()
    if found is not None:
        _declare(found)
    return found


def _declare(library: ctypes.CDLL) -> None:
    mesh = [_INDICES, _INDICES, _SIZE, _FLOATS, _SIZE, _SIZE]
    attributes = [_FLOATS, _SIZE, _FLOATS, _SIZE, _BYTES]
    goal = [_SIZE, ctypes.c_float, ctypes.c_uint, _FLOATS]
    library.meshopt_simplifyWithAttributes.argtypes = [*mesh, *attributes, *goal]
    library.meshopt_simplifyWithAttributes.restype = _SIZE
    library.meshopt_optimizeVertexCache.argtypes = [_INDICES, _INDICES, _SIZE, _SIZE]
    library.meshopt_optimizeVertexCache.restype = None
