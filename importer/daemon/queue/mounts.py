"""Is a folder on another machine? SQLite's locks do not hold there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs")
_DRIVE_REMOTE = 4  # GetDriveTypeW


def network_share(folder: Path) -> str:
    """Return the kind of network file system that `folder` is on, or an empty text."""
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(folder.resolve())[0]
        is_remote = ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE
        return "a network drive" if drive.startswith("\\\\") or is_remote else ""
    kind = _kind(folder.resolve(), Path("/proc/self/mounts"))
    return kind if kind in _NETWORK else ""


def _kind(folder: Path, mounts: Path) -> str:
    """Return the file system of the deepest mount above `folder`; the last of several at one place is the upper one."""
    best, kind = -1, ""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""  # macOS has no such file
    for line in lines:
        _, place, found, *_ = line.split(" ")
        place = place.encode().decode("unicode_escape")
        if folder.is_relative_to(place) and len(place) >= best:
            best, kind = len(place), found
    return kind
