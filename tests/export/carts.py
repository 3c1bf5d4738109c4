"""The cart as a reader ought to see it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.support.models import CART_SIZE, FLAG_TOP, LEFT_LAMP, NOSE


def assert_is_the_cart(points: Any, tolerance: float) -> None:
    """Upright, nose to the front (+Z), lamp on its left (+X), flag at the back, of its size in metres, on the floor."""
    p = np.array(points)
    np.testing.assert_allclose(np.ptp(p, axis=0), CART_SIZE, atol=tolerance)
    np.testing.assert_allclose(p[p[:, 2].argmax()], NOSE, atol=tolerance)
    np.testing.assert_allclose(p.min(0), [-0.5, 0, -1], atol=tolerance)  # the pivot: the centre of the base
    assert p[:, 1].max() == pytest.approx(FLAG_TOP[1], abs=tolerance)
    lamp = p[(p[:, 1] > 0.605) & (p[:, 2] > -0.2)]
    assert (lamp.min(0)[0] + lamp.max(0)[0]) / 2 == pytest.approx(LEFT_LAMP[0], abs=tolerance)
    flag = p[p[:, 1] > 1.1]
    assert (flag.min(0)[2] + flag.max(0)[2]) / 2 == pytest.approx(FLAG_TOP[2], abs=tolerance)


def y_up(points: Any) -> np.ndarray:
    """Blender's Z up, front -Y as Y up, front +Z."""
    return np.array(points)[..., [0, 2, 1]] * [1, 1, -1]
