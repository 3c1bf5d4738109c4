"""The records that travel between stages: frozen dataclasses of numpy arrays and plain values.

Inside the program: metres, right-handed, Y up, front +Z, pivot at the base centre, triangles counter-clockwise seen
from outside, UV origin at the top left (glTF 2.0). A camera looks along its own -Z with +X right and +Y up (glTF 2.0).
Colours are sRGB unless a name says linear. Only ``importer.export`` converts to what an engine wants.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]
F16 = NDArray[np.float16]


@dataclass(frozen=True)
class Picture:
    """A decoded picture, upright (EXIF applied), 8 bit, sRGB.

    ``rgba`` is (h, w, 4) with straight alpha; alpha is 255 everywhere when the file has none that means anything.
    """

    rgba: U8
    has_alpha: bool
    sha256: str  # of the file's bytes
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cutout:
    """The object alone: (h, w, 4) straight alpha, trimmed with a small margin, RGB bled under soft edges."""

    rgba: U8
    method: str  # "alpha", "plain background", "rembg:<model>", "network" (shipped) or "grabcut" (a guess)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Camera:
    """Pinhole camera of a square view, in the frame of the geometry it belongs to.

    ``rotation`` (3, 3) takes world directions to camera axes (x right, y up, z to the viewer); ``position`` (3,) is
    the eye in world units; ``fov`` is the full angle of the square's side in radians; ``distance`` is the depth, in
    world units, of the reference plane on which the square has side ``2 * distance * tan(fov / 2)``.
    """

    rotation: F64
    position: F64
    fov: float
    distance: float

    @property
    def side(self) -> float:
        """Side of the square view on the reference plane, world units."""
        return float(2 * self.distance * np.tan(self.fov / 2))

    def project(self, points: NDArray[np.floating]) -> tuple[F64, F64]:
        """Project world points (n, 3) to view coordinates uv (n, 2), origin top left, and depth (n,) along the axis."""
        local = (np.asarray(points, np.float64) - self.position) @ self.rotation.T
        depth = -local[:, 2]
        focal = 0.5 / np.tan(self.fov / 2)
        uv = np.stack([0.5 + focal * local[:, 0] / depth, 0.5 - focal * local[:, 1] / depth], axis=1)
        return uv, depth

    def moved(self, scale: float, rotation: F64, offset: F64) -> Camera:
        """Return the camera that sees geometry moved by scale * rotation @ p + offset as this one saw it before."""
        return replace(
            self,
            rotation=self.rotation @ rotation.T,
            position=scale * rotation @ self.position + offset,
            distance=self.distance * scale,
        )


@dataclass(frozen=True)
class View:
    """The square picture that the network saw, at the picture's own resolution, and the camera that explains it."""

    rgba: U8  # (s, s, 4), straight alpha
    camera: Camera


@dataclass(frozen=True)
class Prediction:
    """What a network says of the object, in the frustum of ``view.camera``.

    ``logits`` (d, h, w) float16: occupancy, surface at 0, depth from near to far over
    ``camera.distance +- depth_range * camera.side``, rows from the top, columns from the left.
    ``color`` (3, d', h', w') float16 in 0..1: base colour of the nearest surface, same box.
    ``depth`` (2, h, w) and ``normal`` (6, h, w): front and back surface, depth as -1..1 over the box,
    normals in camera axes.
    ``albedo`` (3, h, w): base colour of the front surface without lighting.
    """

    logits: F16
    color: F16
    depth: F16
    normal: F16
    albedo: F16
    view: View
    depth_range: float
    model: dict[str, str]  # name, version, license, sha256, provider
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mesh:
    """Triangles: ``vertices`` (n, 3) float32, ``faces`` (m, 3) int32."""

    vertices: F32
    faces: I32


@dataclass(frozen=True)
class Solid:
    """A dense, closed surface in metres, upright, pivot at the base centre; ``camera`` sees it as the picture does."""

    mesh: Mesh
    camera: Camera
    scale_is_guess: bool
    report: dict[str, float] = field(default_factory=dict)  # what repair removed and filled
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class TexturedMesh:
    """A mesh ready for rendering: one row per corner vertex, split at UV and normal seams.

    ``vertices``, ``normals`` (n, 3) float32; ``tangents`` (n, 4) float32, MikkTSpace, w is the handedness;
    ``uv`` (n, 2) float32, origin top left; ``faces`` (m, 3) int32.
    """

    vertices: F32
    normals: F32
    tangents: F32
    uv: F32
    faces: I32


@dataclass(frozen=True)
class Unwrapped:
    """LOD0 with its UV atlas."""

    mesh: TexturedMesh
    charts: int
    coverage: float  # part of the atlas that charts fill, 0..1
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lods:
    """The chain, finest first; ``errors`` in metres against LOD0; ``screen_sizes`` as part of the screen's height."""

    meshes: tuple[TexturedMesh, ...]
    errors: tuple[float, ...]
    screen_sizes: tuple[float, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Maps:
    """Texture maps, (s, s, c) uint8, row 0 at the top.

    ``base_color`` RGB sRGB; ``normal`` RGB, tangent space, OpenGL (+Y); ``orm`` RGB linear: occlusion, roughness,
    metallic.
    ``seen`` (s, s) is 255 where the picture shows the texel and 0 where its colour is a guess.
    """

    base_color: U8
    normal: U8
    orm: U8
    seen: U8
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collision:
    """Convex hulls in metres; empty for kind ``none``."""

    kind: str
    hulls: tuple[Mesh, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Files:
    """Finished files by path relative to the asset's folder, '/' between parts."""

    files: dict[str, bytes]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One result of the semantic validator."""

    severity: str  # "error" or "warning"
    code: str  # stable, upper snake case, e.g. "PIVOT_OFF_BASE"
    where: str
    what: str
    fix: str = ""


@dataclass(frozen=True)
class Quality:
    """The quality report: ``figures`` are plain numbers and strings for the manifest."""

    findings: tuple[Finding, ...]
    figures: dict[str, float | int | str | bool]
