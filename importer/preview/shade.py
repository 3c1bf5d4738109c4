"""Studio light on a metallic-roughness surface, and the way to sRGB.

Soft key from the upper left, weak fill from the right, rim from behind, and a sky that is brighter above than below.
GGX after Walter et al. 2007, Fresnel after Schlick 1994, the environment's share after Karis 2014 ("Physically based
shading on mobile"), tone curve: Khronos PBR Neutral 2024, which leaves base colours as they were painted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from importer.preview.rays import Floats
from importer.records import U8, Camera


@dataclass(frozen=True)
class Surface:
    """What light meets: linear ``base``, unit ``normal`` (k, 3); ``roughness``, ``metallic``, ``occlusion`` (k,)."""

    base: Floats
    normal: Floats
    roughness: Floats
    metallic: Floats
    occlusion: Floats


@dataclass(frozen=True)
class Lights:
    """Unit directions (3,) towards the lights, in the world."""

    key: Floats
    fill: Floats
    rim: Floats


KEY, FILL, RIM = 2.05, 0.42, 0.9
DIRECTIONS = (-0.62, 0.95, 0.72), (0.9, 0.25, 0.6), (0.55, 0.6, -0.9)  # to the right, up, to the viewer
SKY_TOP, SKY_BOTTOM = 0.62, 0.26
SRGB_STEPS = 4096


def studio(camera: Camera) -> Lights:
    """Return the lights that stand still relative to the camera's azimuth, so that a turntable turns the object."""
    right = camera.rotation[0]
    front = np.cross(right, [0.0, 1.0, 0.0])
    axes = np.stack([right, np.array([0.0, 1.0, 0.0]), front])
    key, fill, rim = (unit((np.array(local) @ axes).astype(np.float32)) for local in DIRECTIONS)
    return Lights(key, fill, rim)


def radiance(surface: Surface, toward: Floats, lights: Lights, key_seen: Floats) -> Floats:
    """Return linear RGB (k, 3) leaving along unit `toward` (k, 3); `key_seen` (k,) of the key light arrives."""
    n = surface.normal
    metallic = surface.metallic[:, None]
    diffuse = surface.base * (1 - metallic)
    f0 = 0.04 + (surface.base - 0.04) * metallic
    alpha = np.maximum(surface.roughness, 0.08) ** 2
    cos_v = np.clip(np.einsum("ij,ij->i", n, toward), 0.02, 1)
    sky = SKY_BOTTOM + (SKY_TOP - SKY_BOTTOM) * (0.5 + 0.5 * n[:, 1])
    result = diffuse * (sky * surface.occlusion)[:, None]
    ambient = surface.occlusion
    for direction, power, seen in (
        (lights.key, KEY, key_seen),
        (lights.fill, FILL, ambient),
        (lights.rim, RIM, ambient),
    ):
        cos_l = np.clip(n @ direction, 0, None)
        arriving = power * cos_l * seen
        half = unit(toward + direction)
        gloss = _ggx(np.clip(np.einsum("ij,ij->i", n, half), 0, 1), cos_l, cos_v, alpha)
        fresnel = (1 - np.clip(half @ direction, 0, 1)) ** 5
        mirrored = (f0 + (1 - f0) * fresnel[:, None]) * gloss[:, None]
        result += (diffuse * np.float32(0.6) + mirrored) * arriving[:, None]
    return result + _mirrored(f0, surface, toward, cos_v, lights)


def tone(linear: Floats) -> Floats:
    """Return linear RGB (..., 3) within 0..1: highlights compressed with their hue kept (Khronos PBR Neutral)."""
    peak_start, desaturation = 0.8 - 0.04, 0.15
    low = np.minimum(np.minimum(linear[..., :1], linear[..., 1:2]), linear[..., 2:])
    offset = np.where(low < 0.08, low - 6.25 * low * low, np.float32(0.04))
    color = linear - offset
    peak = np.maximum(np.maximum(color[..., :1], color[..., 1:2]), color[..., 2:])
    span = 1 - peak_start
    squeezed = 1 - span * span / (np.maximum(peak, peak_start) + span - peak_start)
    white = 1 - 1 / (desaturation * np.maximum(peak - squeezed, 0) + 1)
    bright = color * (squeezed / np.maximum(peak, 1e-6)) * (1 - white) + squeezed * white
    return np.clip(np.where(peak < peak_start, color, bright), 0, 1)


def encode(linear: Floats) -> U8:
    """Return 8-bit sRGB of linear values in 0..1 (IEC 61966-2-1)."""
    return _SRGB[(np.clip(linear, 0, 1) * (SRGB_STEPS - 1) + 0.5).astype(np.int32)]


def decode(srgb: np.ndarray) -> Floats:
    """Return linear float32 of sRGB values in 0..1 (IEC 61966-2-1)."""
    x = np.asarray(srgb, np.float32)
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _ggx(cos_h: Floats, cos_l: Floats, cos_v: Floats, alpha: Floats) -> Floats:
    """Return the distribution times visibility of GGX (Hammon's 2017 joint Smith approximation)."""
    a2 = alpha * alpha
    spread = cos_h * cos_h * (a2 - 1) + 1
    shadowing = 0.5 / np.maximum((1 - alpha) * 2 * cos_l * cos_v + alpha * (cos_l + cos_v), 1e-4)
    return a2 / (np.pi * spread * spread) * shadowing


def _mirrored(f0: Floats, surface: Surface, toward: Floats, cos_v: Floats, lights: Lights) -> Floats:
    """Return the reflected studio: a sky gradient with a soft box at the key light, blurred by roughness."""
    r = surface.normal * (2 * cos_v)[:, None] - toward
    rough = np.clip(surface.roughness, 0.08, 1)
    rise = np.clip(0.5 + 0.5 * r[:, 1] / (0.25 + 0.75 * rough), 0, 1)
    box = np.clip((r @ lights.key - 0.75 + 0.35 * rough) / (0.12 + 0.6 * rough), 0, 1) * (1.4 - 0.9 * rough)
    seen = (0.14 + 0.6 * rise * rise * (3 - 2 * rise) + box) * surface.occlusion
    c = 1 - rough * np.float32(1.0)
    a004 = np.minimum(c * c, 2.0 ** (-9.28 * cos_v)) * c + (0.0425 - 0.0275 * rough)
    scale, bias = -1.04 * a004 + (1.04 - 0.572 * rough), 1.04 * a004 + (-0.04 + 0.022 * rough)
    return (f0 * scale[:, None] + bias[:, None].clip(0)) * seen[:, None]


def unit(v: Floats) -> Floats:
    """Return `v` (..., 3) with length 1."""
    return v / np.sqrt(np.maximum(np.einsum("...i,...i->...", v, v), 1e-24))[..., None]


def _srgb_table() -> U8:
    x = np.linspace(0, 1, SRGB_STEPS)
    y = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)
    return np.round(y * 255).astype(np.uint8)


_SRGB = _srgb_table()
