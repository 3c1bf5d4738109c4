"""Asset names: they become folder and file names on every operating system."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 64
MAX_BYTES = 180  # file systems stop at 255 bytes, and suffixes such as "_LOD0_BaseColor.png" follow

# learn.microsoft.com/windows/win32/fileio/naming-a-file; the superscript digits count as digits there.
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = set('<>:"/\\|?*')
_BIDI = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}  # can make a name look like another


def check_name(name: str) -> str:
    """Return the name in Unicode form NFC.

    Raises
    ------
    ValueError
        With the reason why the name is no safe file name.
    """
    name = unicodedata.normalize("NFC", name)
    bad = sorted({c for c in name if _is_bad(c)})
    if bad:
        raise ValueError(
            f"expected a file name, which cannot contain {' '.join(c if c.isprintable() else repr(c) for c in bad)}"
        )
    if name.startswith(".") or name != name.strip(" ") or name.endswith("."):
        raise ValueError("expected a file name that begins with no dot or space and ends with none")
    if _RESERVED.fullmatch(name):
        raise ValueError(f"{name} is a reserved device name on Windows")
    if not 0 < len(name) <= MAX_CHARACTERS or len(name.encode()) > MAX_BYTES:
        raise ValueError(f"expected 1 to {MAX_CHARACTERS} characters in at most {MAX_BYTES} bytes of UTF-8")
    return name


def safe_name(stem: str) -> str:
    """Return the asset name for a picture's file name without its suffix: forbidden characters become underscores."""
    name = "".join("_" if _is_bad(c) else c for c in unicodedata.normalize("NFC", stem)).strip(" .")[:MAX_CHARACTERS]
    while len(name.encode()) > MAX_BYTES:
        name = name[:-1]
    name = name.strip(" .") or "asset"
    return f"{name[: MAX_CHARACTERS - 1]}_" if _RESERVED.fullmatch(name) else name


def _is_bad(character: str) -> bool:
    return character in _FORBIDDEN or character in _BIDI or unicodedata.category(character) in ("Cc", "Cs")
