"""The checks of docs/bridges.md: what the manifest promises against what the engine has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .job import Measured
from .records import Manifest, Vector

Check = dict[str, Any]


def make_checks(manifest: Manifest, found: Measured) -> list[Check]:
    """Return all checks, in the order of every report."""
    return [
        *_placement(manifest, found),
        *_levels(manifest, found),
        *_surface(manifest, found),
        *_collision(manifest, found),
        *_rest(manifest, found),
    ]


def is_passed(checks: Sequence[Check]) -> bool:
    """Whether none failed."""
    return all(check["status"] != "failed" for check in checks)


def _placement(manifest: Manifest, found: Measured) -> list[Check]:
    box, unknown = manifest.box, found.unknown
    longest = max(box.size)
    near = max(0.001, 0.005 * longest)
    size = center = None
    if found.low is not None and found.high is not None:
        size, center = _size(found.low, found.high), _center(found.low, found.high)
    return [
        _check("size_m", "m", list(box.size), _list(size), near, unknown),
        _check("pivot_m", "m", list(box.center), _list(center), near, unknown),
        _check("facing", "m", list(box.centroid), _list(found.centroid), max(0.001, 0.01 * longest), unknown),
        _check("root_rotation_deg", "deg", 0.0, found.root_rotation_deg, 0.1, unknown),
        _check("root_scale", "1", [1.0, 1.0, 1.0], _list(found.root_scale), 0.001, unknown),
    ]


def _levels(manifest: Manifest, found: Measured) -> list[Check]:
    triangles = [level.triangles for level in manifest.levels]
    sizes = [level.screen_size for level in manifest.levels]
    unknown = found.unknown
    return [
        _check("lod_count", "levels", len(triangles), found.lod_count, 0, unknown),
        _check(
            *("lod_triangles", "triangles", triangles, _list(found.triangles)),
            *([max(2.0, 0.005 * count) for count in triangles], unknown),
        ),
        _check("lod_screen_sizes", "1", sizes, _list(found.screen_sizes), 0.001, unknown),
    ]


def _surface(manifest: Manifest, found: Measured) -> list[Check]:
    unknown, textures = found.unknown, found.textures
    used = {slot for material in manifest.materials[:1] for slot in material.textures}
    wanted = {texture.slot: texture for texture in manifest.textures if texture.slot in used}
    sides = {slot: texture.longer_side for slot, texture in wanted.items() if texture.longer_side is not None}
    spaces = {slot: "srgb" if texture.srgb else "linear" for slot, texture in wanted.items()}
    normal = next((texture for texture in wanted.values() if texture.green_down is not None), None)
    found_sides = found_spaces = slots = None
    if textures is not None:
        slots = sorted(textures)
        found_sides = {slot: texture.longer_side for slot, texture in textures.items() if slot in sides}
        found_spaces = {slot: "srgb" if texture.srgb else "linear" for slot, texture in textures.items()}
    return [
        _check(
            *("materials", "names", sorted(material.name for material in manifest.materials)),
            *(sorted(found.materials), None, unknown),
        ),
        _check("textures", "slots", sorted(used), slots, None, unknown),
        _sides(sides, found_sides, unknown),
        _check("texture_color_space", "space", spaces, found_spaces, None, unknown),
        _normal_map(normal, found),
    ]


def _sides(sides: dict[str, int], found: dict[str, int] | None, unknown: dict[str, str]) -> Check:
    if not sides:
        return _skipped("texture_size_px", "the manifest gives no sizes")
    return _check("texture_size_px", "px", sides, found, 0, unknown)


def _normal_map(normal: Any, found: Measured) -> Check:
    name = "texture_normal_map"
    if normal is None:
        return _skipped(name, "the asset has no separate normal map")
    if found.textures is None:
        return _check(name, "bool", True, None, None, found.unknown)
    texture = found.textures.get(normal.slot)
    # Unreal reads green as pointing down; flipping makes it read the other convention.
    right = texture is not None and texture.is_normal_map and texture.green_flipped != normal.green_down
    return _check(name, "bool", True, right, None, found.unknown)


def _collision(manifest: Manifest, found: Measured) -> list[Check]:
    unknown = found.unknown
    if manifest.hulls == 0:
        none = "the asset has no collision shapes"
        return [
            _check("collision", "hulls", 0, found.hulls, 0, unknown),
            _skipped("collision_size_m", none),
        ]
    size = None
    if found.collision_low is not None and found.collision_high is not None:
        size = _size(found.collision_low, found.collision_high)
    near = 0.06 * max(manifest.box.size)
    return [
        _check("collision", "hulls", manifest.hulls, found.hulls, 0, unknown),
        _check("collision_size_m", "m", list(manifest.box.size), _list(size), near, unknown),
    ]


def _rest(manifest: Manifest, found: Measured) -> list[Check]:
    if manifest.bones:
        bones = None if found.bones is None else sorted(found.bones)
        skeleton = _check("skeleton", "names", sorted(manifest.bones), bones, None, found.unknown)
    else:
        skeleton = _skipped("skeleton", "the asset has no skeleton")
    return [
        skeleton,
        _skipped("humanoid", "Unreal has no verdict of its own on humanoids; retargeting is set up in an IK Rig"),
        _draws(found),
    ]


def _draws(found: Measured) -> Check:
    errors = found.draw_errors
    check = _check("draws", "errors", 0, None if errors is None else len(errors), 0, found.unknown)
    return {**check, "message": "; ".join(errors)[:2000]} if errors else check


def _check(name: str, unit: str, expected: Any, found: Any, tolerance: Any, unknown: dict[str, str]) -> Check:
    if name in unknown:
        return _skipped(name, unknown[name])
    check: Check = {"name": name, "unit": unit, "expected": _round(expected), "found": _round(found)}
    if tolerance is not None:
        check["tolerance"] = _round(tolerance)
    good = found is not None and _is_near(expected, found, tolerance)
    check["status"] = "passed" if good else "failed"
    if not good and found is None:
        check["message"] = "there was nothing to measure"
    return check


def _skipped(name: str, why: str) -> Check:
    return {"name": name, "status": "skipped", "message": why}


def _is_near(expected: Any, found: Any, tolerance: Any) -> bool:
    if tolerance is None:
        return expected == found
    if isinstance(expected, dict):
        return expected.keys() == found.keys() and all(abs(found[key] - expected[key]) <= tolerance for key in expected)
    if isinstance(expected, list):
        near = tolerance if isinstance(tolerance, list) else [tolerance] * len(expected)
        return len(expected) == len(found) and all(abs(a - b) <= t for a, b, t in zip(expected, found, near))
    return abs(found - expected) <= tolerance


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}") + 0.0
    if isinstance(value, list):
        return [_round(item) for item in value]
    return value


def _list(value: Any) -> list[Any] | None:
    return None if value is None else list(value)


def _size(low: Vector, high: Vector) -> Vector:
    return (high[0] - low[0], high[1] - low[1], high[2] - low[2])


def _center(low: Vector, high: Vector) -> Vector:
    return ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2)
