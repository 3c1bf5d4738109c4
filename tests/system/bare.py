"""Functions for child processes in a module that imports nothing heavy."""

import os
import sys
import time
from pathlib import Path


def loaded_in_bare_module():
    return [name for name in ("numpy", "cv2", "pydantic") if name in sys.modules]


def write_pid_and_sleep(path):
    Path(path).write_text(str(os.getpid()))
    time.sleep(60)
