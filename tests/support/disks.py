"""Fixtures: file systems that are small or refuse writes, for real."""

import subprocess
import sys

import pytest


@pytest.fixture
def tiny_disk(tmp_path):
    """Return the root of a file system of 256 KiB."""
    point = tmp_path / "disk"
    point.mkdir()
    if sys.platform != "linux" or _mount(point, "size=256k").returncode != 0:
        pytest.skip("mounting a small tmpfs needs root on Linux")
    yield point
    subprocess.run(["umount", "-l", str(point)], check=True)


@pytest.fixture
def read_only_disk(tmp_path):
    """Return the root of a file system that refuses writes, whoever asks."""
    point = tmp_path / "readonly"
    point.mkdir()
    if sys.platform != "linux" or _mount(point, "size=256k,ro").returncode != 0:
        pytest.skip("mounting a read-only tmpfs needs root on Linux")
    yield point
    subprocess.run(["umount", "-l", str(point)], check=True)


def _mount(point, options):
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(point)]
    try:
        return subprocess.run(command, capture_output=True)
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 1)
