"""Names of assets that every file system and archive takes."""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_CHARACTERS = 64
MAX_BYTES = 180  # a file name has 255 on Linux; "_lod0_base_color.png" and the like come on top

# https://learn.microsoft.com/windows/win32/fileio/naming-a-file; "con.txt" and "COM¹" are as reserved as "CON".
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\s]+')


def asset_name(stem: str) -> str:
    """Return ``stem`` as the name of an asset: Unicode in NFC is kept, whatever a file system refuses becomes ``_``.

    Examples
    --------
    >>> asset_name("Stuhl für Oma"), asset_name("../../etc/passwd"), asset_name("con"), asset_name("...")
    ('Stuhl_für_Oma', 'etc_passwd', 'con_', 'asset')
    """
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", stem))
    name = "".join("_" if _unprintable(letter) else letter for letter in name)
    name = _cut(name.lstrip(".-_~ ").rstrip(". _"))
    if _RESERVED.match(name):
        head, dot, tail = name.partition(".")
        name = f"{head}_{dot}{tail}"
    return name or "asset"


def _unprintable(letter: str) -> bool:
    """Control characters, lone surrogates and unassigned ones, and marks that turn the direction of text around."""
    return unicodedata.category(letter) in ("Cc", "Cs", "Cn", "Co") or unicodedata.bidirectional(letter) in (
        *("LRE", "RLE", "LRO", "RLO", "PDF"),
        *("LRI", "RLI", "FSI", "PDI"),
    )


def _cut(name: str) -> str:
    """Shorten ``name`` to the limits; a digest at its end keeps long names apart."""
    if len(name) <= MAX_CHARACTERS and len(name.encode()) <= MAX_BYTES:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    head = name[: MAX_CHARACTERS - 9]
    while len(head.encode()) > MAX_BYTES - 9:
        head = head[:-1]
    return f"{head.rstrip('. _')}_{digest}"
