"""UASTC LDR 4x4: sixteen bytes for sixteen texels, which a GPU's own format is made of when a texture is loaded.

Source: R. Geldreich (Binomial), "UASTC Texture Specification", and the bit layout in the transcoder of Basis Universal
(Apache-2.0); no code was taken. Two of its nineteen modes are written, whichever is closer in a block: both mix each
texel from two colours, mode 0 with weights of 4 bits and colours of 192 steps, mode 5 with 3 bits and 256 steps.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from importer.records import F32, U8

Indices = NDArray[np.integer]

_ROUNDS = 2  # of fitting the colours to the weights
_BATCH = 1 << 14  # blocks at a time, to stay in the processor's cache
# Largest and smaller step of ETC1's eight tables of intensities (OpenGL ES, OES_compressed_ETC1_RGB8_texture).
_ETC1_STEPS = np.array([8, 17, 29, 42, 60, 80, 106, 183], np.float32)
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class _Mode:
    code: int
    code_bits: int
    weights: NDArray[np.float32]  # 0..64
    colors: NDArray[np.float32]  # what each stored endpoint stands for, 0..255


def _colors_with_trits() -> NDArray[np.float32]:
    """ASTC's 192 steps: a digit of base 3 above 6 bits (Khronos Data Format, "Endpoint unquantization")."""
    digit, bits = np.divmod(np.arange(192), 64)
    low = np.where(bits & 1, 511, 0)
    f, e, d, c, b = ((bits >> shift) & 1 for shift in (5, 4, 3, 2, 1))
    spread = f << 8 | e << 7 | d << 6 | c << 5 | b << 4 | f  # fedcb000f
    value = (digit * 5 + spread) ^ low
    return ((low & 0x80) | (value >> 2)).astype(np.float32)


_FOUR_BITS = np.array([0, 4, 8, 12, 17, 21, 25, 29, 35, 39, 43, 47, 52, 56, 60, 64], np.float32)
_THREE_BITS = np.array([0, 9, 18, 27, 37, 46, 55, 64], np.float32)
_MODE_0 = _Mode(0b0001, 4, _FOUR_BITS, _colors_with_trits())
_MODE_5 = _Mode(0b01011, 5, _THREE_BITS, np.arange(256, dtype=np.float32))


def encode_uastc(image: U8) -> bytes:
    """Encode RGB (h, w, 3), 8 bit; blocks from the top left, row after row. Edges are repeated to whole blocks."""
    height, width = image.shape[:2]
    padded = np.pad(image, ((0, -height % 4), (0, -width % 4), (0, 0)), "edge")
    rows, columns = padded.shape[0] // 4, padded.shape[1] // 4
    blocks = np.ascontiguousarray(padded.reshape(rows, 4, columns, 4, 3).transpose(4, 0, 2, 1, 3)).reshape(3, -1, 16)
    parts = [blocks[:, start : start + _BATCH] for start in range(0, blocks.shape[1], _BATCH)]
    with ThreadPoolExecutor() as pool:
        return b"".join(pool.map(_encode, parts))


def decode_uastc(data: bytes, width: int, height: int) -> U8 | None:
    """Return the pixels (height, width, 3) of blocks as `encode_uastc` writes them; None for blocks in other modes."""
    columns, rows = -(-width // 4), -(-height // 4)
    if len(data) != 16 * columns * rows:
        return None
    bits = np.unpackbits(np.frombuffer(data, np.uint8).reshape(-1, 16), axis=1, bitorder="little")
    in_mode_0 = _numbers(bits[:, : _MODE_0.code_bits], _MODE_0.code_bits)[:, 0] == _MODE_0.code
    in_mode_5 = _numbers(bits[:, : _MODE_5.code_bits], _MODE_5.code_bits)[:, 0] == _MODE_5.code
    if not (in_mode_0 | in_mode_5).all():
        return None
    texels = np.empty((len(bits), 16, 3), np.uint8)
    texels[in_mode_0] = _mixed(*_unpack_0(bits[in_mode_0]), _MODE_0)
    texels[in_mode_5] = _mixed(*_unpack_5(bits[in_mode_5]), _MODE_5)
    whole = texels.reshape(rows, columns, 4, 4, 3).swapaxes(1, 2).reshape(rows * 4, columns * 4, 3)
    return np.ascontiguousarray(whole[:height, :width])


def _encode(blocks: U8) -> bytes:
    """Encode blocks (3, n, 16): a plane a channel."""
    texels = blocks.astype(np.float32)
    ends = _extent(texels)
    hints = _etc1_hints(texels)
    fine, fine_error = _fitted(texels, ends, _MODE_0)
    sharp, sharp_error = _fitted(texels, ends, _MODE_5)
    bits = np.where((fine_error < sharp_error)[:, None], _pack_0(*fine, hints), _pack_5(*sharp, hints))
    return np.packbits(bits, axis=1, bitorder="little").tobytes()


def _extent(texels: F32) -> F32:
    """Return the ends (2, 3, n) of the texels along the line that fits them best, by power iteration."""
    middle = texels.mean(2)
    offsets = texels - middle[..., None]
    spread = np.array([[(one * other).sum(1) for other in offsets] for one in offsets])
    axis = np.take_along_axis(spread, spread.diagonal().T.argmax(0)[None, None], 0)[0]
    for _ in range(6):
        axis = (spread * axis).sum(1)
        axis /= np.maximum(np.abs(axis).max(0), np.float32(1e-12))
    axis /= np.maximum(np.sqrt((axis * axis).sum(0)), np.float32(1e-12))
    along = (offsets * axis[..., None]).sum(0)
    return np.stack([middle + along.min(1) * axis, middle + along.max(1) * axis])


def _fitted(texels: F32, ends: F32, mode: _Mode) -> tuple[tuple[Indices, Indices], NDArray[np.float32]]:
    """Return the stored colours (2, 3, n) and weights (n, 16) of a mode, and the squared error of each block."""
    kept: tuple[Indices, Indices] = _nearest(mode.colors, ends), np.zeros(texels.shape[1:], np.int32)
    least = np.full(texels.shape[1], np.inf, np.float32)
    for _ in range(_ROUNDS + 1):
        colors = _nearest(mode.colors, ends)
        low, high = mode.colors[colors]
        line = high - low
        offsets = texels - low[..., None]
        length = np.maximum((line * line).sum(0), np.float32(1e-6))
        along = (offsets * (line * (64 / length))[..., None]).sum(0)
        weights = _nearest(mode.weights, along)
        t = mode.weights[weights] / np.float32(64)
        error = ((offsets - t * line[..., None]) ** 2).sum((0, 2))
        better = error < least
        kept = np.where(better, colors, kept[0]), np.where(better[:, None], weights, kept[1])
        least = np.minimum(error, least)
        ends = _refit(texels, t, ends)
    return kept, least


def _refit(texels: F32, t: F32, ends: F32) -> F32:
    """Return the two colours that fit the texels best at given weights, by least squares."""
    a, b, c = ((1 - t) ** 2).sum(1), (t * (1 - t)).sum(1), (t**2).sum(1)
    high = (texels * t).sum(2)
    low = texels.sum(2) - high
    area = a * c - b * b
    solved = area > 1e-3
    new = np.stack([c * low - b * high, a * high - b * low]) / np.where(solved, area, np.float32(1))
    return np.where(solved, new, ends)


def _nearest(steps: NDArray[np.float32], values: F32) -> Indices:
    """Return the index of the step nearest to each value; out of the steps' range the first or last."""
    order = np.argsort(steps, kind="stable")
    ordered = steps[order]
    fine = np.arange(4 * int(steps.max()) + 1) / 4  # a table is faster than a search
    table = order[np.searchsorted((ordered[1:] + ordered[:-1]) / 2, fine)].astype(np.int32)
    return table[np.clip(values * 4 + 0.5, 0, len(table) - 1).astype(np.int32)]


def _etc1_hints(texels: F32) -> U8:
    """Return the 15 bits of help for transcoding: none for BC1; two halves side by side and their contrast for ETC1."""
    halves = texels.reshape(3, -1, 4, 2, 2).swapaxes(2, 3).reshape(3, -1, 2, 8)
    means = halves.mean(3)
    contrast = np.abs(np.tensordot(_LUMINANCE, halves - means[..., None], 1)).max(2)
    tables = np.searchsorted((_ETC1_STEPS[1:] + _ETC1_STEPS[:-1]) / 2, contrast)
    steps = np.round(means / 255 * 31)
    apart = steps[..., 1] - steps[..., 0]
    together = ((apart >= -4) & (apart <= 3)).all(0)  # near enough for colours of 5 bits, the second as a difference
    hints = np.zeros((texels.shape[1], 15), np.uint8)
    hints[:, 3], hints[:, 4:10] = together, _bits(tables, 3)
    return hints


def _pack_0(colors: Indices, weights: Indices, hints: U8) -> NDArray[np.uint8]:
    values, weights = _anchored(colors, weights, 16)
    digits, low = np.divmod(values, 64)
    five = (digits[:, :5] * 3 ** np.arange(5)).sum(1)
    head = _bits(np.full((len(values), 1), _MODE_0.code), _MODE_0.code_bits)
    body = [_bits(five[:, None], 8), _bits(digits[:, 5:], 2), _bits(low, 6), _weight_bits(weights, 4)]
    return np.concatenate([head, hints, *body], axis=1)


def _pack_5(colors: Indices, weights: Indices, hints: U8) -> NDArray[np.uint8]:
    values, weights = _anchored(colors, weights, 8)
    head = _bits(np.full((len(values), 1), _MODE_5.code), _MODE_5.code_bits)
    packed = np.concatenate([head, hints, _bits(values, 8), _weight_bits(weights, 3)], axis=1)
    return np.pad(packed, ((0, 0), (0, 128 - packed.shape[1])))


def _anchored(colors: Indices, weights: Indices, steps: int) -> tuple[Indices, Indices]:
    """Turn blocks whose first weight is in the upper half: its highest bit is not stored. Colours become RR GG BB."""
    turned = weights[:, 0] >= steps // 2
    colors = np.where(turned, colors[::-1], colors)
    weights = np.where(turned[:, None], steps - 1 - weights, weights)
    return colors.transpose(2, 1, 0).reshape(-1, 6), weights


def _weight_bits(weights: Indices, bits: int) -> NDArray[np.uint8]:
    return np.concatenate([_bits(weights[:, :1], bits - 1), _bits(weights[:, 1:], bits)], axis=1)


def _bits(values: NDArray[np.integer], count: int) -> NDArray[np.uint8]:
    """Return the bits (n, k * count) of values (n, k), lowest first."""
    return ((values[..., None] >> np.arange(count)) & 1).astype(np.uint8).reshape(len(values), -1)


def _unpack_0(bits: U8) -> tuple[Indices, Indices]:
    """Return stored colours (n, 6) and weights (n, 16) of blocks (n, 128) in mode 0."""
    digits = np.concatenate([_numbers(bits[:, 19:27], 8) // 3 ** np.arange(5) % 3, _numbers(bits[:, 27:29], 2)], axis=1)
    first = _numbers(bits[:, 65:68], 3)
    weights = np.concatenate([first, _numbers(bits[:, 68:128], 4)], axis=1)
    return np.minimum(digits * 64 + _numbers(bits[:, 29:65], 6), 191), weights


def _unpack_5(bits: U8) -> tuple[Indices, Indices]:
    """The same of mode 5."""
    weights = np.concatenate([_numbers(bits[:, 68:70], 2), _numbers(bits[:, 70:115], 3)], axis=1)
    return _numbers(bits[:, 20:68], 8), weights


def _mixed(colors: Indices, weights: Indices, mode: _Mode) -> U8:
    """Return texels (n, 16, 3), mixed in 16 bits as ASTC does."""
    low, high = mode.colors[colors].astype(np.int64).reshape(-1, 1, 3, 2).transpose(3, 0, 1, 2) * 257
    t = mode.weights[weights].astype(np.int64)[..., None]
    return ((low * (64 - t) + high * t + 32) >> 14).astype(np.uint8)


def _numbers(bits: U8, count: int) -> Indices:
    """Return numbers (n, k) from their bits (n, k * count), lowest first."""
    whole = bits.reshape(len(bits), bits.shape[1] // count, count).astype(np.int32)
    return whole @ (1 << np.arange(count, dtype=np.int32))
