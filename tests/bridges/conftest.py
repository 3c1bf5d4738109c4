"""What tests of the Unity bridge share: its core, running under mono."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bridges.unity.mono import Bridge, running


@pytest.fixture(scope="module")
def bridge() -> Iterator[Bridge]:
    with running() as process:
        yield process
