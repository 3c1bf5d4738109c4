"""Bad pictures by the hundred: valid files damaged at random, bombs, polyglots, files that lie about themselves."""

import io
import random
import struct
import zipfile
import zlib

import numpy as np
from PIL import Image, PngImagePlugin

_MODES = {
    "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"),
    "JPEG": ("RGB", "L", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
    "BMP": ("RGB", "L", "P", "1"),
    "TIFF": ("RGB", "RGBA", "L", "CMYK", "LAB", "F", "I;16", "1", "YCbCr"),
}
SUFFIX = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "BMP": "bmp", "TIFF": "tif"}


def pictures(number, seed=0):
    """Return (name, bytes) of so many pictures; the same for the same seed."""
    chance = random.Random(seed)
    seeds, made = list(_valid(chance)), [*_crafted()]
    while len(made) < number:
        form, data = chance.choice(seeds)
        change = chance.choice([_flip, _cut, _repeat, _insert, _zero, _swap, _lie, _splice])
        other = chance.choice(seeds)[1]
        made.append((f"{change.__name__[1:]}.{SUFFIX[form]}", change(bytearray(data), chance, other)))
    return [(f"h{i:04}-{name}", data) for i, (name, data) in enumerate(made[:number])]


def _valid(chance):
    numbers = np.random.default_rng(chance.randrange(2**31))
    for form, modes in _MODES.items():
        for mode in modes:
            size = (chance.randint(16, 90), chance.randint(16, 90))
            pixels = numbers.integers(0, 255, (size[1], size[0], 4), np.uint8)
            image = Image.fromarray(pixels, "RGBA")
            if mode == "I;16":
                image = Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
            elif mode in ("LAB", "F", "YCbCr"):
                image = (
                    image.convert("RGB").convert("L" if mode == "F" else "YCbCr").convert("F" if mode == "F" else None)
                )
            else:
                image = image.convert("RGB").convert(mode) if mode in ("CMYK", "P") else image.convert(mode)
            yield form, _encoded(image, form)
            if form in ("TIFF", "WEBP", "PNG"):
                more = {"save_all": True, "append_images": [image.copy()]}
                yield form, _encoded(image, form, **more)
    yield "TIFF", _encoded(Image.fromarray(pixels, "RGBA"), "TIFF", compression="tiff_lzw")
    yield "TIFF", _encoded(Image.fromarray(pixels, "RGBA"), "TIFF", compression="tiff_deflate")
    yield "JPEG", _encoded(Image.fromarray(pixels[..., :3]), "JPEG", progressive=True)


def _encoded(image, form, **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def _flip(data, chance, _):
    for _ in range(chance.choice([1, 1, 3, 30])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _cut(data, chance, _):
    return bytes(data[: chance.randrange(len(data))])


def _repeat(data, chance, _):
    start = chance.randrange(len(data))
    return bytes(data[:start]) + bytes(data[start : start + chance.randrange(1, 200)]) * chance.choice([2, 50])


def _insert(data, chance, _):
    at = chance.randrange(len(data))
    return bytes(data[:at]) + chance.randbytes(chance.choice([1, 4, 300])) + bytes(data[at:])


def _zero(data, chance, _):
    at = chance.randrange(len(data))
    data[at : at + 64] = bytes(64)
    return bytes(data)


def _swap(data, chance, _):
    at = chance.randrange(len(data))
    return bytes(data[:12]) + bytes(data[at:]) + bytes(data[12:at])


def _lie(data, chance, _):
    """Write an extreme number into the header, where sizes, offsets and counts are."""
    at = chance.randrange(8, min(120, len(data) - 8))
    form = chance.choice(["<I", ">I", "<H", ">H"])
    value = chance.choice([0, 1, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF]) & (0xFFFF if form[1] == "H" else 0xFFFFFFFF)
    struct.pack_into(form, data, at, value)
    return bytes(data)


def _splice(data, chance, other):
    return bytes(data[: chance.randrange(len(data))]) + other[chance.randrange(len(other)) :]


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width, height, *, depth=8, color=6, body=b"", before=b""):
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    pixels = zlib.compress(body or bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + before + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _crafted():
    image = Image.new("RGBA", (64, 64), (200, 50, 50, 255))
    good = _encoded(image, "PNG")
    for width, height in (
        (0, 0),
        (1, 1),
        (0, 64),
        (2**31 - 1, 2**31 - 1),
        (60_000, 60_000),
        (2**31 - 1, 1),
        (1, 2**31 - 1),
    ):
        yield f"size-{width}x{height}.png", _png(width, height)
    for color, depth in ((6, 3), (5, 8), (255, 8), (3, 16), (0, 255)):
        yield f"mode-{color}-{depth}.png", _png(64, 64, depth=depth, color=color)
    flood = zlib.compress(bytes(80 * 2**20))
    for kind in (b"zTXt", b"iCCP"):
        yield f"metadata-bomb-{kind.decode()}.png", _png(64, 64, before=_chunk(kind, b"a\0\0" + flood))
    yield "text-bomb.png", _png(64, 64, before=_chunk(b"iTXt", b"a\0\1\0\0\0" + flood))
    yield "pixel-bomb.png", _png(64, 64, body=bytes(200 * 2**20))
    notes = PngImagePlugin.PngInfo()
    for i in range(2000):
        notes.add_text(f"k{i}", "x" * 100)
    yield "many-texts.png", _encoded(image, "PNG", pnginfo=notes)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../evil.txt", "evil")
    for name, other in (("zip", archive.getvalue()), ("html", b"<script>alert(1)</script>"), ("pdf", b"%PDF-1.7\n")):
        yield f"polyglot-{name}-behind.png", good + other
        yield f"polyglot-{name}-before.png", other + good
    for name, data in (
        ("gif", _encoded(image.convert("P"), "GIF")),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"),
        ("eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n"),
        ("ico", _encoded(image, "ICO")),
        ("elf", b"\x7fELF" + bytes(200)),
        ("null", bytes(5000)),
        ("nothing", b""),
        ("signature", b"\x89PNG\r\n\x1a\n"),
    ):
        yield f"other-{name}.png", data
    yield "loop.tif", b"II*\0\x08\0\0\0" + b"\0\0" + struct.pack("<I", 8)
    entry = struct.pack("<HHII", 256, 4, 0xFFFFFFFF, 8)
    yield "count.tif", b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + struct.pack("<I", 8)
    yield (
        "palette.bmp",
        b"BM"
        + struct.pack("<IHHI", 54, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 64, -(2**31), 1, 8, 0, 0, 0, 0, 2**31, 0),
    )
    yield (
        "rle.bmp",
        b"BM"
        + struct.pack("<IHHI", 60, 0, 0, 54)
        + struct.pack("<IiiHHIIiiII", 40, 30_000, 30_000, 1, 8, 1, 6, 0, 0, 0, 0)
        + b"\xff\0" * 3,
    )
    exif = Image.Exif()
    exif[0x010E] = "x" * 60_000
    exif[0x0112] = 77
    yield "exif.jpg", _encoded(image.convert("RGB"), "JPEG", exif=exif)
    yield (
        "huge.webp",
        b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xff" * 6,
    )
