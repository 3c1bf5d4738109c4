"""Charts and their packing by xatlas (Young), which may crash or hang: `pack_charts` belongs into a child process."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from importer.errors import StageError
from importer.records import F32, I32

_TRIES = 4


@dataclass(frozen=True)
class Atlas:
    """UVs (k, 2) in 0..1 counted from the bottom left, faces (m, 3) into them, and the chart (m,) of each face."""

    uv: F32
    faces: I32
    charts: NDArray[np.int32]


def pack_charts(vertices: F32, faces: I32, size: int, gap: int) -> Atlas:
    """Cut the mesh into charts and pack them, `gap` texels apart in an atlas of `size` texels.

    xatlas pads each chart, so that two charts lie two paddings apart, and takes the resolution as a wish: the UVs are
    scaled down if it was exceeded, and the gap with them, so more is asked for until it is right.

    Raises
    ------
    StageError
        xatlas left faces out, needed several pages, or mirrored a chart.
    """
    asked = int(np.ceil(0.6 * gap))
    for _ in range(_TRIES):
        atlas, side = _generate(vertices, faces, size, asked)
        if 2 * asked * size >= gap * side:
            return atlas
        asked = int(np.ceil(0.5 * gap * side / size)) + 1
    raise StageError("xatlas does not keep to the texture size", where="unwrap")


def _generate(vertices: F32, faces: I32, size: int, gap: int) -> tuple[Atlas, int]:
    import xatlas  # only the child process needs it

    work = xatlas.Atlas()
    work.add_mesh(vertices.astype(np.float32), faces.astype(np.uint32))
    chart, pack = xatlas.ChartOptions(), xatlas.PackOptions()
    chart.fix_winding = True  # else whole charts come out mirrored
    pack.resolution, pack.padding = size, gap
    pack.rotate_charts = False  # xatlas turns a chart by swapping u and v, which mirrors it
    work.generate(chart, pack)
    origin, index, uv = work[0]
    pages, charts = (np.asarray(a).astype(np.int32) for a in work.get_mesh_vertex_assignment(0))
    index = np.asarray(index).astype(np.int32).reshape(-1, 3)
    _check(np.asarray(origin), index, np.asarray(uv), pages, faces)
    side = max(work.width, work.height)
    scaled = np.asarray(uv, np.float32) * np.array([work.width / side, work.height / side], np.float32)
    return Atlas(scaled, index, charts[index[:, 0]]), side


def _check(
    origin: NDArray[np.integer], index: I32, uv: NDArray[np.floating], pages: NDArray[np.int32], faces: I32
) -> None:
    if index.shape != faces.shape or not (origin[index] == faces).all():
        raise StageError("xatlas changed the triangles", where="unwrap")
    if pages.max() > 0 or pages.min() < 0:
        raise StageError("xatlas left triangles without a chart or needed several pages", where="unwrap")
    a, b, c = (uv[index[:, k]].astype(np.float64) for k in range(3))
    (x1, y1), (x2, y2) = (b - a).T, (c - a).T
    if ((x1 * y2 - x2 * y1) < -1e-9).any():
        raise StageError("xatlas mirrored a chart", where="unwrap")
