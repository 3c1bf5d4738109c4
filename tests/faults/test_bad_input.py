"""Every kind of bad input in one drop folder: each gets its answer, nothing is published half, the rest is built."""

import io
import json
import os
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from importer.daemon.ledger import status
from importer.pipeline.stages import STAGES, Stage
from importer.records import Files
from tests.daemon.watching import QUICK, running

TABLE = (*STAGES[:2], Stage("write", 1, "tests.faults.test_bad_input:write", "name matte", is_product=True))


def write(name, cutout):
    facts = {"warnings": cutout.warnings, "shape": cutout.rgba.shape, "files": [{"path": f"gltf/{name}.bin"}]}
    return Files({f"gltf/{name}.bin": cutout.rgba.tobytes(), f"{name}.manifest.json": json.dumps(facts).encode()})


def drawing(mode="RGBA", size=(96, 96), background=(0, 0, 0, 0), box=(24, 16, 72, 80)):
    image = Image.new("RGBA", size, background)
    ImageDraw.Draw(image).ellipse(box, fill=(180, 60, 40, 255))
    return image.convert(mode)


def encoded(image, form="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def noisy(form):
    """Return an encoded picture that is long enough to be cut and damaged in its pixel data."""
    pixels = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    return encoded(Image.fromarray(pixels), form)


def damaged(form):
    data = bytearray(noisy(form))
    for i in range(len(data) // 2, len(data) // 2 + 400):
        data[i] = (data[i] * 7 + 13) % 256
    return bytes(data)


def bomb():
    """Return a PNG of 60,000 x 60,000 pixels, 14 GB when decoded, in less than 1 KiB."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    idat = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", idat) + chunk(b"IEND", b"")


def sixteen_bit():
    pixels = np.full((96, 96), 65535, np.uint16)
    pixels[20:80, 24:72] = 20_000
    return encoded(Image.fromarray(pixels))


def rotated():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to stand upright
    return encoded(drawing("RGB", (120, 80), (255, 255, 255, 255), (30, 20, 60, 60)), "JPEG", exif=exif)


WHITE = (255, 255, 255, 255)
# Name, bytes, sidecar, and words of the answer; no words: an asset comes of it.
CASES = [
    ("truncated.png", noisy("PNG")[:-20_000], "", ["truncated.png", "ends"]),
    ("truncated.jpg", noisy("JPEG")[:-10_000], "", ["truncated.jpg", "incomplete"]),
    ("truncated.webp", noisy("WEBP")[:-5_000], "", ["truncated.webp"]),
    ("corrupt.png", damaged("PNG"), "", ["corrupt.png"]),
    ("corrupt.webp", damaged("WEBP")[:-300], "", ["corrupt.webp"]),
    ("bomb.png", bomb(), "", ["bomb.png", "60000"]),
    ("empty.png", b"", "", ["empty.png", "empty"]),
    ("text.png", b"I am no picture.\n" * 20, "", ["text.png"]),
    ("pixel.png", encoded(drawing(size=(1, 1), background=WHITE)), "", ["pixel.png", "1"]),
    ("clear.png", encoded(drawing(box=(-9, -9, -5, -5))), "", ["clear.png", "transparent"]),
    ("cut.png", encoded(drawing(box=(24, 16, 140, 80))), "", None),
    ("deep.png", sixteen_bit(), "", None),
    ("cmyk.jpg", encoded(drawing("RGB", background=WHITE).convert("CMYK"), "JPEG"), "", None),
    ("palette.png", encoded(drawing("RGB", background=WHITE).quantize(8)), "", None),
    ("rotated.jpg", rotated(), "", None),
    ("long.png", encoded(drawing("L", (20_000, 200), WHITE, (6_000, 20, 14_000, 180)).convert("L")), "", None),
    ("syntax.png", encoded(drawing()), "lods: [1, 2\nretopo: }\n", ["syntax.yaml:2"]),
    ("type.png", encoded(drawing()), "lods:\n  count: many\n", ["type.yaml:2", "lods.count", "many"]),
    ("unknown.png", encoded(drawing()), "lods:\n  cuont: 3\n", ["unknown.yaml:2", "cuont", "count"]),
    ("tag.png", encoded(drawing()), "asset: !!python/object/apply:os.system ['true']\n", ["tag.yaml:1", "python"]),
    ("path.png", encoded(drawing()), "asset:\n  name: ../../evil\n", ["path.yaml:2", "asset.name"]),
    ("good.png", encoded(drawing()), "", None),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a project into which all cases were dropped at once, when the daemon has nothing left to do."""
    directory = tmp_path_factory.mktemp("faults") / "project"
    (directory / "drop").mkdir(parents=True)
    (directory / "out").mkdir()
    for name, data, sidecar, _ in CASES:
        (directory / "drop" / name).write_bytes(data)
        if sidecar:
            (directory / "drop" / name).with_suffix(".yaml").write_text(sidecar)
    (directory / "drop" / "lonely.yaml").write_text("lods:\n  count: 3\n")
    with running(directory, times=QUICK, table=TABLE) as daemon:
        end = time.monotonic() + 200
        while len(daemon.of("published")) + len(daemon.of("failed")) < len(CASES) and time.monotonic() < end:
            time.sleep(0.1)
        daemon.wait("orphan", "lonely.yaml")
    return directory


@pytest.mark.parametrize(("name", "words"), [(case[0], case[3]) for case in CASES], ids=[case[0] for case in CASES])
def test_answer_to(project, name, words):
    entry = status(project).entries[name]
    if words is None:
        assert entry.state == "done", entry.message()
    else:
        assert entry.state == "failed"
        message = entry.message()
        assert all(word in message for word in words), message
        assert entry.error is not None
        assert entry.error["fix"], "the message does not say what to do"
        assert "Traceback" not in message


def test_nothing_but_whole_assets_is_published(project):
    good = sorted(os.path.splitext(name)[0] for name, _, _, words in CASES if words is None)
    out = project / "out"
    assert sorted(path.name for path in out.iterdir()) == good
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.bin")) == [
        f"{n}/gltf/{n}.bin" for n in good
    ]
    assert not (project.parent / "evil").exists()


def test_rotated_picture_stands_upright(project):
    """The ellipse is 30 wide and 40 high in the file's rows, and lies once the camera's turn is undone."""
    height, width, _ = json.loads((project / "out" / "rotated" / "rotated.manifest.json").read_text())["shape"]
    assert width > height


def test_object_cut_by_the_frame_is_mentioned(project):
    entries = status(project).entries
    assert any("cut off at the right" in warning for warning in entries["cut.png"].warnings)
    assert not any("cut off" in warning for warning in entries["good.png"].warnings)
