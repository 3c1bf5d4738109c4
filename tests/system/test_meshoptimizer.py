"""The library is found where the package is, and its absence is no error."""

from __future__ import annotations

import importlib.util

import pytest

from importer.system import meshoptimizer


def test_functions_of_the_library_are_there_where_the_package_is():
    if importlib.util.find_spec("meshoptimizer") is None:
        pytest.skip("the package meshoptimizer is not installed")
    found = meshoptimizer.library()
    assert found is not None
    assert hasattr(found, "meshopt_decodeVertexBuffer")


@pytest.mark.parametrize("origin", [None, "nowhere/__init__.py"])
def test_without_the_package_or_its_file_there_is_none(origin, monkeypatch: pytest.MonkeyPatch):
    spec = importlib.util.spec_from_loader("meshoptimizer", None)
    assert spec is not None
    spec.origin = origin
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    assert meshoptimizer.library.__wrapped__() is None
