import os

import numpy as np
from threadpoolctl import threadpool_info

from importer.system.threads import one_blas_thread


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_products_have_one_thread_inside_and_as_many_as_before_outside(monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    assert np.eye(2).sum() == 2  # a BLAS is loaded
    before = blas_threads()
    with one_blas_thread():
        assert blas_threads() == [1] * len(before)
        assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    assert blas_threads() == before
    assert "OPENBLAS_NUM_THREADS" not in os.environ
