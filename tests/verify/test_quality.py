"""The figures of the quality report against shapes with known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from importer.reconstruct.frustum import orbit_camera
from importer.records import Solid, TexturedMesh, View
from importer.verify.quality import figures
from tests.support.models import Asset, asset, ball, cart

ELEVATION, TAN_HALF_FOV = 0.35, 0.25


def seen_ball(radius: float = 0.5) -> Asset:
    """Return a ball with the exact disc that the camera sees of it as the picture."""
    made = asset("ball", (ball(24),))
    camera = orbit_camera(ELEVATION, TAN_HALF_FOV).moved(1.4, np.eye(3), np.array([0.0, radius, 0.0]))
    eye = float(np.linalg.norm(camera.position - [0, radius, 0]))
    # A sphere straight ahead shows a disc of half angle asin(r / d).
    disc = np.tan(np.arcsin(radius / eye)) / (2 * TAN_HALF_FOV)
    y, x = (np.mgrid[:256, :256] + 0.5) / 256
    rgba = np.zeros((256, 256, 4), np.uint8)
    rgba[..., 3] = np.where((x - 0.5) ** 2 + (y - 0.5) ** 2 <= disc**2, 255, 0)
    rgba[..., :3] = (10, 20, 30)
    base = np.full_like(made.maps.base_color, 0)
    base[...] = (61, 71, 81)  # 51 = a fifth brighter
    return replace(
        made,
        prediction=replace(made.prediction, view=View(rgba, camera)),
        solid=replace(made.solid, camera=camera),
        maps=replace(made.maps, base_color=base),
    )


def of(made: Asset) -> dict:
    return figures(made.prediction.view, made.solid, made.unwrapped, made.lods, made.maps)


def test_silhouette_and_colour_are_compared_through_the_picture_s_camera() -> None:
    found = of(seen_ball())
    assert found["mask_iou"] > 0.99
    assert found["picture_color_difference"] == pytest.approx(0.2, abs=1e-3)


def test_a_camera_that_is_off_lowers_the_overlap() -> None:
    made = seen_ball()
    off = made.solid.camera.moved(1.0, np.eye(3), np.array([0.3, 0.0, 0.0]))
    # Discs of radius r whose centres are d apart: d / r = 0.3 / 0.5 gives an overlap of about 0.45 by the lens formula.
    assert of(replace(made, solid=replace(made.solid, camera=off)))["mask_iou"] == pytest.approx(0.45, abs=0.03)


def test_texel_density_is_even_on_a_uniform_atlas() -> None:
    made = asset(size=512)
    found = of(made)
    mesh = cart()
    corners, uv = mesh.vertices[mesh.faces], mesh.uv[mesh.faces]
    edge = np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)
    texels = np.linalg.norm(uv[:, 1] - uv[:, 0], axis=1) * 512
    assert found["texel_density_per_m"] == pytest.approx((texels / edge).mean(), rel=1e-4)
    assert found["texel_density_spread"] == pytest.approx(1.0, abs=1e-4)


def test_the_seen_part_is_of_the_surface_not_of_the_texture() -> None:
    made = asset("ball", (ball(16),))
    seen = np.zeros_like(made.maps.seen)
    seen[:, : seen.shape[1] // 3] = 255  # one column of the 3 x 2 charts: two of the six sides
    assert of(replace(made, maps=replace(made.maps, seen=seen)))["surface_seen"] == pytest.approx(1 / 3, abs=0.01)


def test_the_part_in_view_is_the_cap_that_a_camera_sees_of_a_sphere() -> None:
    made = seen_ball()
    eye = float(np.linalg.norm(made.solid.camera.position - [0, 0.5, 0]))
    assert of(made)["surface_in_view"] == pytest.approx((1 - 0.5 / eye) / 2, abs=0.015)


def test_what_stands_in_front_hides() -> None:
    small, large = ball(16, 0.2), ball(16, 0.5)
    behind = replace(small, vertices=small.vertices + np.float32([0, 0.3, -0.9]))
    both = TexturedMesh(
        *(
            np.concatenate([getattr(large, key), getattr(behind, key)])
            for key in ("vertices", "normals", "tangents", "uv")
        ),
        faces=np.concatenate([large.faces, behind.faces + np.int32(len(large.vertices))]),
    )
    level = orbit_camera(0.0, TAN_HALF_FOV).moved(2.5, np.eye(3), np.array([0.0, 0.5, 0.0]))
    made = asset("two", (both,))
    alone = asset("one", (large,))
    found, wanted = (of(replace(a, solid=replace(a.solid, camera=level)))["surface_in_view"] for a in (made, alone))
    # The small ball adds to the whole surface only.
    assert found == pytest.approx(wanted / (1 + 0.2**2 / 0.5**2), rel=0.02)


def test_closed_pieces_are_counted() -> None:
    found = of(asset())
    assert (found["watertight"], found["components"]) == (True, 4)
    opened = replace(cart(), faces=cart().faces[1:])
    assert of(asset(meshes=(opened,)))["watertight"] is False


def test_guesses_and_repairs_are_in_the_report() -> None:
    made = asset()
    assert of(made)["scale_is_guess"] is True
    report = {"filled_volume": 0.25, "bad": float("nan")}
    found = of(replace(made, solid=Solid(made.solid.mesh, made.solid.camera, False, report)))
    assert found["scale_is_guess"] is False
    assert found["solid_filled_volume"] == 0.25
    assert "solid_bad" not in found  # JSON has no NaN
