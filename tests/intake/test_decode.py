from __future__ import annotations

import hashlib
import io
import re

import numpy as np
import pytest
from PIL import Image, ImageCms

from importer.errors import ImporterError, PictureError
from importer.intake import decode, pixels
from importer.intake.decode import intake

from .pictures import encode, gradient, noise, png, png_chunk


@pytest.fixture(autouse=True)
def in_process(request, monkeypatch):
    """Most tests spare the child process, which costs a quarter of a second each; those marked below do not."""
    if "child" not in request.fixturenames:
        monkeypatch.setattr(decode, "run_in_child", lambda function, *args, **limits: function(*args))


@pytest.fixture
def child():
    """Asks for the real child process."""


def refusal(data: bytes, name: str = "chair.png") -> PictureError:
    with pytest.raises(PictureError) as caught:
        intake(data, name)
    error = caught.value
    assert error.where == name  # where
    assert error.what and not error.what.endswith(".")  # what
    assert error.fix.endswith(".")  # what to do
    return error


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "WEBP"])
def test_lossless_formats_keep_every_pixel(form):
    pixels = gradient()
    data = encode(pixels, form, **({"lossless": True} if form == "WEBP" else {}))
    picture = intake(data, "a.bin")
    assert np.array_equal(picture.rgba[..., :3], pixels)
    assert (picture.rgba[..., 3] == 255).all() and not picture.has_alpha
    assert picture.sha256 == hashlib.sha256(data).hexdigest()
    assert picture.warnings == ()


def test_jpeg_comes_close_and_a_wrong_suffix_does_not_matter(child):
    picture = intake(encode(gradient(), "JPEG", quality=95), "really.png")
    assert np.abs(picture.rgba[..., :3].astype(int) - gradient()).mean() < 3


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.97])
def test_truncated_files_are_refused_and_never_half_shown(form, part):
    data = encode(noise(), form)
    error = refusal(data[: int(len(data) * part)])
    assert re.search("damaged|incomplete|ends after|bytes of at least", error.what), error.what
    assert "again" in error.fix


def test_one_wrong_byte_in_a_png_is_noticed(child):
    data = bytearray(encode(noise(), "PNG"))
    data[len(data) // 2] ^= 0x10
    assert "damaged" in refusal(bytes(data)).what


def test_jpeg_with_lost_bytes_inside_is_refused_though_it_decodes(child):
    data = encode(noise(), "JPEG", quality=90)
    middle = len(data) // 2
    broken = data[:middle] + data[middle + 300 :]
    Image.open(io.BytesIO(broken)).load()  # Pillow alone goes on with grey blocks
    assert "damaged" in refusal(broken).what


def test_broken_webp_is_refused():
    data = bytearray(encode(noise(), "WEBP", lossless=True))
    data[60:200] = bytes(140)
    assert "WebP is damaged" in refusal(bytes(data)).what


def test_header_alone_and_empty_file():
    assert refusal(b"").what == "the file is empty"
    refusal(b"\x89PNG\r\n\x1a\n")
    refusal(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (encode(gradient(), "GIF"), "GIF"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"),
        (b"8BPS\0\1" + bytes(30), "Photoshop"),
        (b"%PDF-1.7\n", "PDF"),
        (b"II*\0\x10\0\0\0CR\x02\0", "raw photograph"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"glTF\2\0\0\0", "glTF model"),
        (b"just words", "text file"),
        (bytes(4096), "zero bytes"),
        (b"\x07\x01\x99\xfe" * 20, "not a picture"),
    ],
)
def test_other_files_are_named(data, name):
    error = refusal(data)
    assert name in error.what
    assert "PNG, JPEG, WebP, BMP or TIFF" in error.fix


def test_decompression_bomb_is_refused_by_its_header():
    row_bomb = png(30_000, 30_000, 8, 2, b"")  # claims 2.7 GB of pixels
    error = refusal(row_bomb)
    assert "900 megapixels" in error.what and "limit is 128" in error.what
    assert "4096" in error.fix


def test_bomb_in_metadata_is_refused(child):
    import zlib

    bomb = png_chunk(b"zTXt", b"note\0\0" + zlib.compress(bytes(80_000_000), 9))
    refusal(png(32, 32, 8, 0, (b"\0" + bytes(32)) * 32, bomb))


def test_large_jpeg_is_read_at_reduced_size_and_a_progressive_one_refused(monkeypatch):
    monkeypatch.setattr(pixels, "MAX_PIXELS", 20_000_000)
    large = Image.new("L", (8400, 4200), 90)
    picture = intake(encode(large, "JPEG", quality=30), "big.jpg")
    assert picture.rgba.shape == (2048, 4096, 4)
    assert np.abs(picture.rgba[..., 0].astype(int) - 90).max() <= 2
    assert any("8400 x 4200" in note and "4096" in note for note in picture.warnings)
    assert "35 megapixels" in refusal(encode(large, "JPEG", quality=30, progressive=True)).what
    assert "35 megapixels" in refusal(encode(large, "PNG")).what


def test_a_child_that_dies_is_reported_as_the_pictures_fault(child, monkeypatch):
    monkeypatch.setattr(decode, "_MEMORY_MB", 8)
    error = refusal(encode(np.zeros((4000, 4000, 3), np.uint8), "PNG"))
    assert "memory" in error.what


def test_20k_wide_strip_is_reduced_and_a_thinner_one_refused():
    picture = intake(encode(Image.fromarray(gradient(20_000, 200)), "PNG"), "strip.png")
    assert picture.rgba.shape == (41, 4096, 4)
    assert abs(int(picture.rgba[20, 2048, 0]) - 127) <= 2
    assert "20000 x 30" in refusal(encode(Image.new("RGB", (20_000, 30)), "PNG")).what


@pytest.mark.parametrize("size", [(1, 1), (15, 400)])
def test_tiny_pictures_are_refused_with_the_minimum(size):
    error = refusal(encode(Image.new("RGB", size), "PNG"))
    assert f"{size[0]} x {size[1]} px" in error.what and "at least 16 px" in error.what


def test_16_bit_grey_is_scaled_not_clipped():
    values = np.linspace(0, 65535, 64 * 32).reshape(32, 64).astype(np.uint16)
    for form in ("PNG", "TIFF"):
        grey = intake(encode(Image.fromarray(values), form), "g").rgba[..., 0]
        assert np.abs(grey - values / 257).max() <= 1


@pytest.mark.parametrize(("color", "channels"), [(2, 3), (6, 4), (4, 2)])
def test_16_bit_png_with_more_channels(color, channels):
    values = np.linspace(0, 65535, 32 * 20 * channels).reshape(20, 32, channels).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    rgba = intake(png(32, 20, 16, color, rows), "g").rgba
    expected = values.astype(float) / 257
    if channels == 2:
        expected = expected[..., [0, 0, 0, 1]]
    assert np.abs(rgba[..., : expected.shape[2]] - expected).max() <= 1


def test_16_bit_rgb_tiff():
    import cv2

    values = np.linspace(0, 65535, 32 * 20 * 3).reshape(20, 32, 3).astype(np.uint16)
    good, data = cv2.imencode(".tiff", values[..., ::-1])
    assert good
    assert np.abs(intake(data.tobytes(), "t").rgba[..., :3] - values / 257).max() <= 1


def test_32_bit_float_tiff_is_refused():
    data = encode(Image.fromarray(np.ones((32, 32), np.float32)), "TIFF")
    assert "32-bit" in refusal(data).what


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_has_the_right_sign(form):
    """Adobe stores CMYK inverted in JPEG and straight in TIFF."""
    cyan = Image.new("CMYK", (32, 32), (255, 0, 0, 0))
    picture = intake(encode(cyan, form), "c")
    red, green, blue = picture.rgba[16, 16, :3].astype(int)
    assert red < 40 and green > 150 and blue > 200
    assert any("CMYK" in note for note in picture.warnings)


def test_palette_transparency_becomes_alpha():
    indices = np.zeros((32, 32), np.uint8)
    indices[8:24, 8:24] = 1
    image = Image.fromarray(indices, "P")
    image.putpalette([0, 0, 0, 200, 30, 40])
    picture = intake(encode(image, "PNG", transparency=bytes([0, 255])), "p")
    assert picture.has_alpha
    assert picture.rgba[16, 16].tolist() == [200, 30, 40, 255] and picture.rgba[0, 0, 3] == 0


def test_transparent_colour_key_becomes_alpha():
    pixels = np.full((32, 32, 3), (255, 0, 255), np.uint8)
    pixels[8:24, 8:24] = 90
    picture = intake(encode(pixels, "PNG", transparency=(255, 0, 255)), "k")
    assert picture.rgba[0, 0, 3] == 0 and picture.rgba[16, 16].tolist() == [90, 90, 90, 255]


def test_grey_with_alpha():
    values = np.zeros((32, 32, 2), np.uint8)
    values[8:24, 8:24] = 77, 200
    picture = intake(encode(Image.fromarray(values, "LA"), "PNG"), "l")
    assert picture.has_alpha and picture.rgba[16, 16].tolist() == [77, 77, 77, 200]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_orientation_is_applied(orientation, form):
    """A red corner must end at the top left; the stored picture is turned so that each orientation undoes it."""
    upright = Image.new("RGB", (64, 48), (10, 200, 10))
    upright.paste((250, 0, 0), (0, 0, 16, 16))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,  # stored turned left; 6 says: turn right to view
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[274] = orientation
    rgba = intake(encode(stored, form, exif=exif), "e").rgba
    assert rgba.shape == (48, 64, 4)
    assert rgba[4, 4, 0] > 200 and rgba[-4, -4, 1] > 150 and rgba[-4, 4, 1] > 150 and rgba[4, -4, 1] > 150


def test_damaged_exif_does_not_stop_a_good_picture():
    data = encode(gradient(), "JPEG")
    junk = b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(40)
    picture = intake(data[:2] + b"\xff\xe1" + (len(junk) + 2).to_bytes(2, "big") + junk + data[2:], "e.jpg")
    assert picture.rgba.shape == (48, 64, 4)


def test_embedded_profile_is_converted_to_srgb():
    """A linear-light profile: its value 55 of 255 is about 128 in sRGB (IEC 61966-2-1: 21.6 % of linear light)."""
    linear = _profile_with_gamma(1.0)
    picture = intake(encode(Image.new("RGB", (32, 32), (55, 55, 55)), "PNG", icc_profile=linear), "p3.png")
    assert np.abs(picture.rgba[16, 16, :3].astype(int) - 128).max() <= 2
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same = intake(encode(Image.new("RGB", (32, 32), (55, 90, 200)), "PNG", icc_profile=plain), "s.png")
    assert np.abs(same.rgba[0, 0, :3].astype(int) - (55, 90, 200)).max() <= 1


def _profile_with_gamma(gamma: float) -> bytes:
    """sRGB's own profile with each tone curve replaced by a pure gamma (ICC.1 10.6: curveType with one u8Fixed8)."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    for entry in range(count):
        at = 132 + 12 * entry
        if data[at : at + 4] in (b"rTRC", b"gTRC", b"bTRC"):
            place = int.from_bytes(data[at + 4 : at + 8], "big")
            data[place : place + 14] = b"curv\0\0\0\0\0\0\0\1" + round(gamma * 256).to_bytes(2, "big")
    for at in [at for at in range(len(data) - 6) if data[at : at + 8] == "sRGB".encode("utf-16-be")]:
        data[at : at + 8] = "Line".encode("utf-16-be")
    return bytes(data)


def test_broken_or_foreign_profile_is_ignored_with_a_warning():
    broken = intake(encode(gradient(), "PNG", icc_profile=b"not a profile" * 20), "x.png")
    assert any("colour profile" in note and "ignored" in note for note in broken.warnings)
    assert np.array_equal(broken.rgba[..., :3], gradient())


def test_animation_gives_its_first_frame_and_a_warning():
    first, second = Image.new("RGB", (32, 32), (250, 0, 0)), Image.new("RGB", (32, 32), (0, 0, 250))
    data = encode(first, "WEBP", save_all=True, append_images=[second], lossless=True)
    picture = intake(data, "a.webp")
    assert picture.rgba[16, 16, 0] > 240
    assert any("2 frames" in note for note in picture.warnings)


def test_alpha_that_says_nothing_is_dropped():
    pixels = np.dstack([gradient(), np.full((48, 64), 253, np.uint8)])
    picture = intake(encode(pixels, "PNG"), "a.png")
    assert not picture.has_alpha and (picture.rgba[..., 3] == 255).all()


def test_fully_transparent_picture_is_refused():
    pixels = np.dstack([gradient(), np.zeros((48, 64), np.uint8)])
    assert "nothing is visible" in refusal(encode(pixels, "PNG")).what


def test_same_bytes_give_the_same_pixels():
    data = encode(noise(), "JPEG", quality=80)
    assert intake(data, "a").rgba.tobytes() == intake(data, "b").rgba.tobytes()


def test_random_damage_never_escapes_as_another_error(child):
    """Fuzzing: whatever the bytes, either a whole picture or an ImporterError that names the file."""
    random = np.random.default_rng(3)
    for form in ("PNG", "JPEG", "WEBP", "BMP", "TIFF"):
        good = encode(noise(48, 40), form)
        for _ in range(1):
            data = bytearray(good)
            for at in random.integers(12, len(data), 6):
                data[at] = random.integers(0, 256)
            try:
                picture = intake(bytes(data), "fuzz")
            except ImporterError as error:
                assert error.where == "fuzz" and error.fix
            else:
                assert picture.rgba.shape[2] == 4 and picture.rgba.dtype == np.uint8
