"""Arithmetic that does not depend on how many cores a machine has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_VARIABLE = "OPENBLAS_NUM_THREADS"


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Run matrix products in one thread: OpenBLAS splits them by the number of cores, and their last bits with it.

    The last bit of one vertex decides a whole mesh's topology some stages later. The variable speaks to libraries that
    are loaded meanwhile and to child processes; they have no other way to learn of it.
    """
    from threadpoolctl import threadpool_limits

    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = "1"
    try:
        with threadpool_limits(limits=1, user_api="blas"):
            yield
    finally:
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before
