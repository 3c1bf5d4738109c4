"""New objects from records of the corpus: parts swapped, colours and textures changed, stretched and bent."""

from __future__ import annotations

import colorsys
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from importer.records import F64
from training.corpus import ALPHA_BLEND, ALPHA_MASK, Shape
from training.procedural import deform
from training.procedural.textures import PATTERNS, texture

MAX_TEXTURES = 8
SMALLEST = 1 / 128  # of the longest side: what is thinner is lost in a volume of 256^3


def vary(shape: Shape, other: Shape, seed: int) -> Shape:
    """Return a variant of `shape` that may take parts from `other`; both may be of any source.

    Parameters
    ----------
    shape, other : Shape
        Records as `training.corpus.read_shapes` yields them; left as they are.
    seed : int
        The same shapes and seed give the same bytes.

    Returns
    -------
    Shape
        Centred, longest side 1, still upright. Parts that are swapped are closed, so a solid stays solid.
    """
    rng = np.random.default_rng([4711, seed])
    out = shape
    if rng.random() < 0.55:
        out = swap_part(rng, out, other)
    if rng.random() < 0.7:
        out = recoloured(rng, out)
    if rng.random() < 0.35:
        out = retextured(rng, out)
    return reshaped(rng, out)


def part_numbers(shape: Shape) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each face's connected part (m,) and whether each part is closed: every edge met as often either way."""
    cell = np.rint((shape.vertices.astype(np.float64) + 1) * 1e5).astype(np.int64)
    _, corner = np.unique((cell[:, 0] * 400009 + cell[:, 1]) * 400009 + cell[:, 2], return_inverse=True)
    faces = corner[shape.faces]
    count = int(corner.max()) + 1
    start, end = faces.ravel(), np.roll(faces, -1, 1).ravel()
    graph = coo_matrix((np.ones(len(start)), (start, end)), shape=(count, count))
    number, label = connected_components(graph, directed=False)
    part = label[faces[:, 0]].astype(np.int64)
    edge, index = np.unique(np.minimum(start, end) * count + np.maximum(start, end), return_inverse=True)
    balance = np.bincount(index, np.where(start < end, 1, -1) * (start != end), len(edge))
    owner = np.zeros(len(edge), int)
    owner[index] = np.repeat(part, 3)
    closed = np.bincount(owner, balance != 0, number) == 0
    present = np.bincount(part, minlength=number) >= 4
    return part, closed & present


def select(shape: Shape, keep: NDArray[np.bool_]) -> Shape:
    """Return the faces `keep` (m,) and the vertices that they use."""
    used, faces = np.unique(shape.faces[keep], return_inverse=True)
    rows = {k: getattr(shape, k)[used] for k in ("vertices", "normals", "uv", "rgba", "layer", "flags", "roughness")}
    return Shape(**rows, faces=faces.reshape(-1, 3).astype(np.int32), textures=shape.textures)


def combine(a: Shape, b: Shape) -> Shape:
    """Put two shapes together; textures past `MAX_TEXTURES` are dropped and their faces drawn in plain colour."""
    rows = {
        k: np.concatenate([getattr(a, k), getattr(b, k)]) for k in ("vertices", "normals", "uv", "flags", "roughness")
    }
    room = max(MAX_TEXTURES - len(a.textures), 0)
    layer = np.where((b.layer >= 0) & (b.layer < room), b.layer + len(a.textures), -1).astype(np.int16)
    rgba = b.rgba.copy()
    for lost in np.unique(b.layer[b.layer >= room]).tolist():
        rgba[b.layer == lost] = b.textures[lost].reshape(-1, 4).mean(0)
    return Shape(
        **rows,
        rgba=np.concatenate([a.rgba, rgba]),
        layer=np.concatenate([a.layer, layer]),
        faces=np.concatenate([a.faces, b.faces + len(a.vertices)]).astype(np.int32),
        textures=np.concatenate([a.textures, b.textures[:room]]),
    )


def swap_part(rng: np.random.Generator, shape: Shape, other: Shape) -> Shape:
    """Replace a closed part by one of `other`, stretched into its box, or add one on top or at the side."""
    part, closed = part_numbers(shape)
    part_b, closed_b = part_numbers(other)
    sizes = np.bincount(part_b, minlength=len(closed_b)) * closed_b
    if not sizes.any():
        return shape
    if closed_b.all() and rng.random() < 0.4:
        piece = other
    else:
        piece = select(other, part_b == rng.choice(np.nonzero(closed_b)[0]))
    low, high = shape.vertices.min(0), shape.vertices.max(0)
    candidates = np.nonzero(closed)[0]
    if len(candidates) and rng.random() < (0.75 if len(closed) > 1 else 0.1):
        mask = part == rng.choice(candidates)
        old = shape.vertices[shape.faces[mask]].reshape(-1, 3)
        box = np.stack([old.min(0), old.max(0)])
        return combine(select(shape, ~mask), fit(piece, box)) if (~mask).any() else fit(piece, box)
    extent = np.ptp(piece.vertices, axis=0)
    size = extent / max(float(extent.max()), 1e-6) * rng.uniform(0.25, 0.7)
    if rng.random() < 0.6:  # stand it on one of the highest corners
        heights = shape.vertices[:, 1]
        middle = shape.vertices[rng.choice(np.nonzero(heights > high[1] - 0.02)[0])] * np.array([0.7, 1, 0.7])
        middle[1] += size[1] * 0.45
    else:  # at the side, on the same floor, reaching in
        side, sign = rng.choice([0, 2]), rng.choice([-1, 1])
        middle = shape.vertices[np.argmax(sign * shape.vertices[:, side])].astype(np.float64)
        middle[1] = max(middle[1], low[1] + size[1] / 2)
        middle[side] += sign * 0.3 * size[side]
    return combine(shape, fit(piece, np.stack([middle - size / 2, middle + size / 2])))


def fit(shape: Shape, box: NDArray) -> Shape:
    """Stretch into a box (2, 3), which is thickened where it is too thin to be seen."""
    low, high = shape.vertices.min(0), shape.vertices.max(0)
    size = np.maximum(box[1] - box[0], 1.5 * SMALLEST)
    factor = size / np.maximum(high - low, 1e-6)
    vertices = (shape.vertices - (low + high) / 2) * factor + (box[0] + box[1]) / 2
    return replace(shape, vertices=vertices.astype(np.float32), normals=unit(shape.normals / factor))


def unit(normals: NDArray) -> NDArray[np.float32]:
    """Scale vectors to length 1; zero stays zero."""
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return (normals / np.where(length > 1e-12, length, 1)).astype(np.float32)


def colour_groups(shape: Shape) -> NDArray[np.int64]:
    """Return a number for each vertex: plain vertices of one colour, or one texture, share it."""
    key = shape.rgba[:, :3].astype(np.int64) >> 3
    key = np.where(shape.layer >= 0, -1 - shape.layer, (key[:, 0] << 10) + (key[:, 1] << 5) + key[:, 2])
    return np.unique(key, return_inverse=True)[1].reshape(-1)


def recoloured(rng: np.random.Generator, shape: Shape) -> Shape:
    """Give each colour a new one: hues turned together, colours exchanged, or a new palette; textures are tinted."""
    group = colour_groups(shape)
    rgba, textures = shape.rgba.copy(), shape.textures.copy()
    style, turned, gain = rng.integers(3), rng.uniform(0, 1), rng.uniform(0.6, 1.3)
    count = int(group.max()) + 1
    mean = np.stack([np.bincount(group, shape.rgba[:, c], count) for c in range(3)], 1) / np.bincount(group)[:, None]
    target = mean[rng.permutation(count)] if style == 1 else mean.copy()
    for i, colour in enumerate(mean):
        h, s, v = colorsys.rgb_to_hsv(*(colour / 255))
        if style == 0:
            target[i] = np.array(colorsys.hsv_to_rgb((h + turned) % 1, s * min(gain, 1), min(v * gain, 1))) * 255
        elif style == 2:
            target[i] = np.array(colorsys.hsv_to_rgb(rng.random(), rng.uniform(0, 0.9), rng.uniform(0.15, 1))) * 255
    plain = shape.layer < 0
    shift = (target - mean)[group]
    rgba[plain, :3] = np.clip(np.rint(shape.rgba[plain, :3] + shift[plain]), 0, 255)
    if len(textures) and rng.random() < 0.7:
        mix = np.eye(3)[rng.permutation(3)] if rng.random() < 0.5 else np.eye(3)
        tint = rng.uniform(0.6, 1.15, (len(textures), 1, 1, 3))
        textures[..., :3] = np.clip(np.rint((textures[..., :3] @ mix) * tint), 0, 255)
    return replace(shape, rgba=rgba, textures=textures)


def retextured(rng: np.random.Generator, shape: Shape) -> Shape:
    """Cover one or two colours with new textures, box-mapped; what is cut out by alpha stays."""
    group = colour_groups(shape)
    rgba, layer, uv, textures = shape.rgba.copy(), shape.layer.copy(), shape.uv.copy(), [shape.textures]
    cut = (shape.flags & (ALPHA_MASK | ALPHA_BLEND)) > 0
    room = MAX_TEXTURES - len(shape.textures)
    names = [name for name in PATTERNS if name != "gradient"]
    for chosen in rng.permutation(int(group.max()) + 1)[: min(int(rng.integers(1, 3)), max(room, 0))].tolist():
        mask = (group == chosen) & ~cut
        if not mask.any():
            continue
        colour = tuple((shape.rgba[mask, :3].mean(0) / 255).tolist())
        textures.append(texture(rng, names[int(rng.integers(len(names)))], colour)[None])
        layer[mask] = sum(map(len, textures)) - 1
        rgba[mask, :3] = 255
        axis = np.abs(shape.normals[mask]).argmax(1)
        v = shape.vertices[mask]
        flat = np.where((axis == 0)[:, None], v[:, [2, 1]], np.where((axis == 1)[:, None], v[:, [0, 2]], v[:, [0, 1]]))
        uv[mask] = flat * [1, -1] * rng.uniform(1, 4)
    return replace(shape, rgba=rgba, layer=layer, uv=uv, textures=np.concatenate(textures))


def reshaped(rng: np.random.Generator, shape: Shape) -> Shape:
    """Stretch each axis, mirror half of them, bend or taper some, and put the result into the unit box."""
    factor = np.exp(rng.normal(0, 0.2, 3))
    v: F64 = shape.vertices.astype(np.float64) * factor
    normals: F64 = shape.normals.astype(np.float64) / factor
    faces = shape.faces
    if rng.random() < 0.5:
        v, normals, faces = v * [-1, 1, 1], normals * [-1, 1, 1], faces[:, ::-1]
    box = np.stack([v.min(0), v.max(0)])
    if rng.random() < 0.4:
        kind = rng.integers(4)
        upright = box[1, 1] - box[0, 1] > 0.5 * (box[1] - box[0]).max()
        if kind == 0:
            change = deform.taper(box, float(rng.uniform(-0.25, 0.25)))
        elif kind == 1 and upright:
            change = deform.bend(box, float(rng.uniform(-0.5, 0.5)), 1, int(rng.choice([0, 2])))
        elif kind == 2:
            change = deform.twist(box, float(rng.uniform(-0.5, 0.5)))
        else:
            change = deform.warp(box, float(rng.uniform(0.005, 0.03)), rng)
        normals = carried(change, v, normals)
        v = change(v)
    low, high = v.min(0), v.max(0)
    v = (v - (low + high) / 2) / max(float((high - low).max()), 1e-9)
    return replace(
        shape, vertices=v.astype(np.float32), normals=unit(normals), faces=np.ascontiguousarray(faces, np.int32)
    )


def carried(change: deform.Map, v: F64, normals: F64) -> F64:
    """Return normals after a deformation: times the inverse of its Jacobian, by differences."""
    step = 1e-5
    jacobian = np.stack([(change(v + step * e) - change(v - step * e)) / (2 * step) for e in np.eye(3)], 2)
    good = np.abs(np.linalg.det(jacobian)) > 1e-6
    jacobian[~good] = np.eye(3)
    return np.einsum("ni,nij->nj", normals, np.linalg.inv(jacobian))
