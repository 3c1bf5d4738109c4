"""What native code does at its worst, in place of what children compute."""

import ctypes
import time

import numpy as np


def crash(*_):
    """Read address 0."""
    ctypes.string_at(0)


def hang(*_):
    """Never end, and hold the interpreter's lock."""
    ctypes.PyDLL(None).sleep(3600)


def blow_up(*_):
    """Take far more memory than is allowed, and come back if nobody says no: a test must not take the machine's."""
    kept = [np.ones(2**24) for _ in range(16)]  # 2 GiB
    return len(kept)


def stall(data):
    """Be a stage in the build process itself that does not come back."""
    time.sleep(3600)
