"""Whether views can be drawn here."""

import functools

import pytest


@functools.lru_cache(maxsize=1)
def renderer_or_skip():
    """One renderer for all tests: a GL context is slow to make in software."""
    moderngl = pytest.importorskip("moderngl")
    from training.renderer import Renderer

    try:
        moderngl.create_context(standalone=True, backend="egl").release()
    except Exception as error:  # moderngl and glcontext raise plain Exception
        pytest.skip(f"no EGL context: {error}")
    return Renderer()  # a shader that does not compile is a failure
