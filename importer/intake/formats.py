"""What a file is, by its first bytes; its name is never asked."""

from __future__ import annotations

ACCEPTED = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP", "BMP": "BMP", "TIFF": "TIFF"}
"""Pillow's format name to the name that people use."""

_BOXES = {
    b"heic": "a HEIC photograph",
    b"heix": "a HEIC photograph",
    b"hevc": "a HEIC photograph",
    b"mif1": "a HEIF picture",
    b"msf1": "a HEIF picture",
    b"avif": "an AVIF picture",
    b"avis": "an AVIF animation",
    b"crx ": "a Canon CR3 raw photograph",
    b"qt  ": "a QuickTime video",
}
_MAGICS = (
    (b"GIF8", "a GIF picture"),
    (b"8BPS", "a Photoshop document (PSD)"),
    (b"gimp xcf", "a GIMP document (XCF)"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance HDR picture"),
    (b"DDS ", "a DDS texture"),
    (b"\xabKTX ", "a KTX texture"),
    (b"qoif", "a QOI picture"),
    (b"\x00\x00\x01\x00", "a Windows icon (ICO)"),
    (b"FUJIFILMCCD-RAW", "a Fujifilm raw photograph"),
    (b"IIU\x00", "a Panasonic raw photograph"),
    (b"IIRO", "an Olympus raw photograph"),
    (b"glTF", "a glTF model, not a picture of one"),
    (b"Kaydara FBX", "an FBX model, not a picture of one"),
    (b"BLENDER", "a Blender file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x1a\x45\xdf\xa3", "a Matroska or WebM video"),
    (b"version https://git-lfs", "a Git LFS pointer, not the picture it stands for"),
)


def sniff(data: bytes) -> str | None:
    """Return Pillow's name of the format, one of ``ACCEPTED``, or None."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG"
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return None if data[8:10] == b"CR" else "TIFF"
    if data[:2] == b"BM" and len(data) > 18 and int.from_bytes(data[14:18], "little") in (12, 40, 52, 56, 64, 108, 124):
        return "BMP"
    return None


def describe(data: bytes) -> str:
    """Return what a file that ``sniff`` refused seems to be, as a noun phrase, e.g. ``"an SVG drawing"``."""
    if data[4:8] == b"ftyp":
        return _BOXES.get(data[8:12], "an MP4 video or another file in ISO boxes")
    if data[:2] in (b"II", b"MM") and data[8:10] == b"CR":
        return "a Canon CR2 raw photograph"
    for magic, name in _MAGICS:
        if data.startswith(magic):
            return name
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "an SVG drawing"
    if head.startswith((b"<!doctype html", b"<html", b"<head")):
        return "a web page saved in place of the picture"
    if not any(data[:4096]):
        return "nothing but zero bytes"
    if all(byte >= 32 or byte in b"\t\r\n\x0c\x1b" for byte in data[:1024]):
        return "a text file"
    return "not a picture this program knows"
