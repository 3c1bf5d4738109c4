"""Paths: those in a manifest stay in its folder; those in Unreal are made of letters, digits, ``-`` and ``_``."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)
_NO_OBJECT_NAME = re.compile(r"[^0-9A-Za-z_\-]")


def is_plain(path: str) -> bool:
    """Tell whether a path stays below its folder on every system: relative, no ``..``, no drive, no device.

    Examples
    --------
    >>> [is_plain(path) for path in ("unreal/SM_cart.glb", "../x", "C:/x", "/x", "a//b", "a/nul.png")]
    [True, False, False, False, False, False]
    """
    return all(
        part and part == part.rstrip(" .") and not _FORBIDDEN.search(part) and not _DEVICE.match(part)
        for part in path.split("/")
    )


def content_folder(key: str) -> str:
    """Return where the asset of a key goes in the project's content.

    Examples
    --------
    >>> content_folder("Imported/furniture/old chair")
    '/Game/Imported/furniture/old_chair'
    """
    return "/Game/" + "/".join(_NO_OBJECT_NAME.sub("_", part) for part in key.split("/"))


def below(path: str, folder: str) -> str:
    """Return the part of a manifest's path below the target's folder; the whole path where it lies elsewhere."""
    return path[len(folder) + 1 :] if path.startswith(f"{folder}/") else path
