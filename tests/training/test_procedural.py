"""Procedural shapes: one small sample of every family; solids are those that training sees."""

import hashlib
from dataclasses import fields

import numpy as np
import pytest

from tests.training.shapes import box, shape_of, sphere
from training.procedural import make, vary
from training.procedural.objects import FAMILIES
from training.solid import CUBE, solids

SIZE = 64
SEEDS = range(3)


@pytest.fixture(scope="module")
def sample():
    return {(name, seed): make(3 * i + seed, name) for i, name in enumerate(FAMILIES) for seed in SEEDS}


def digest(shape) -> str:
    return hashlib.sha256(b"".join(getattr(shape, f.name).tobytes() for f in fields(shape))).hexdigest()


def signed_volume(shape) -> float:
    """Sum over parts: at least the volume of their union where parts overlap."""
    a, b, c = shape.vertices[shape.faces].astype(float).transpose(1, 0, 2)
    return float((a * np.cross(b, c)).sum() / 6)


def solid(shape, size=SIZE) -> np.ndarray:
    return np.unpackbits(solids([shape], "cpu", size)[0].numpy(), axis=-1, bitorder="little").astype(bool)[0]


def assert_valid(shape):
    count = len(shape.vertices)
    for name in ("vertices", "normals", "uv", "roughness"):
        values = getattr(shape, name)
        assert values.dtype == np.float32 and len(values) == count and np.isfinite(values).all()
    assert shape.faces.dtype == np.int32 and shape.faces.min() >= 0 and shape.faces.max() < count
    assert (shape.rgba.dtype, shape.flags.dtype, shape.layer.dtype) == (np.uint8, np.uint8, np.int16)
    assert shape.rgba.shape == (count, 4) and len(shape.flags) == count and len(shape.layer) == count
    assert shape.textures.shape[1:] == (256, 256, 4) and shape.textures.dtype == np.uint8
    assert shape.layer.min() >= -1 and shape.layer.max() < len(shape.textures)
    low, high = shape.vertices.min(0), shape.vertices.max(0)
    assert np.abs(low + high).max() < 1e-5 and (high - low).max() == pytest.approx(1, abs=1e-5)


def test_every_family_gives_valid_records_in_the_unit_box(sample):
    for shape in sample.values():
        assert_valid(shape)
        assert np.abs(np.linalg.norm(shape.normals, axis=1) - 1).max() < 1e-3
        assert 8 <= len(shape.faces) <= 30000


def test_normals_and_winding_point_outwards_where_a_shape_is_one_convex_part():
    for seed in range(12):
        shape = make(seed, "prism")
        corners = shape.vertices[shape.faces]
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        assert ((shape.normals.reshape(-1, 3, 3).mean(1) * across).sum(1) >= -1e-9).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_are_closed_and_wound_outwards(sample, seed):
    """A closed surface has no net area vector, whatever it overlaps, and a positive volume."""
    for (name, own), shape in sample.items():
        if own == seed:
            corners = shape.vertices[shape.faces].astype(float)
            across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2
            assert np.abs(across.sum(0)).max() < 2e-3 * np.linalg.norm(across, axis=1).sum(), name
            assert signed_volume(shape) > 0, name


def test_flood_fill_finds_the_volume_of_bodies_without_overlap():
    for name in ("fruit", "carved", "turned", "blended"):
        for seed in SEEDS:
            shape = make(seed, name)
            volume = solid(shape).sum() * (CUBE / SIZE) ** 3
            corners = shape.vertices[shape.faces]
            area = (
                np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1).sum() / 2
            )
            assert volume < signed_volume(shape) + 0.9 * area * CUBE / SIZE, (name, seed)


def test_an_open_barrel_and_a_cup_hold_air():
    hollow = 0
    for name in ("cup", "vessel", "barrel"):
        for seed in range(4):
            shape = make(seed, name)
            filled = solid(shape)
            columns = filled.any(1)  # seen from above
            depth = np.where(columns, SIZE - filled[:, ::-1].argmax(1), SIZE)
            middle = depth[SIZE // 2 - 2 : SIZE // 2 + 2, SIZE // 2 - 2 : SIZE // 2 + 2].mean()
            hollow += middle < depth[columns].max() - 6
    assert hollow >= 5


def test_the_same_seed_gives_the_same_bytes_and_other_seeds_other_objects():
    first = [digest(make(seed)) for seed in range(20)]
    assert first == [digest(make(seed)) for seed in reversed(range(20))][::-1]
    assert len(set(first)) == 20


def test_conifers_and_tables_stand_upright():
    for seed in range(8):
        corners = make(seed, "pine").vertices.reshape(-1, 3, 3)
        upper = corners.mean(1)[:, 1] > 0.25
        assert np.ptp(corners[~upper][..., 0]) > 1.1 * np.ptp(corners[upper][..., 0])
        filled = solid(make(seed, "stool"))
        rows = np.nonzero(filled.any((0, 2)))[0]
        assert filled[:, rows[-3]].sum() > filled[:, rows[len(rows) // 2]].sum()


def test_shapes_differ_in_proportion_colour_texture_and_count(sample):
    extents = np.array([np.ptp(s.vertices, axis=0) for s in sample.values()])
    assert (extents.std(0) > 0.2).all()
    assert 0.15 < np.mean([len(s.textures) > 0 for s in sample.values()]) < 0.8
    assert len({tuple(s.rgba[0]) for s in sample.values()}) > 100
    assert len({len(s.faces) for s in sample.values()}) > 80


def test_variants_are_valid_deterministic_and_leave_their_sources_alone():
    a, b = make(3, "house"), make(4, "lamp")
    before = digest(a), digest(b)
    variants = [vary(a, b, seed) for seed in range(12)]
    for shape in variants:
        assert_valid(shape)
    assert [digest(s) for s in variants] == [digest(vary(a, b, seed)) for seed in range(12)]
    assert len({digest(s) for s in variants}) == 12
    assert (digest(a), digest(b)) == before


def test_a_variant_of_closed_parts_is_closed_and_wound_outwards():
    a, b = shape_of(sphere()), shape_of(box())
    for seed in range(10):
        shape = vary(a, b, seed)
        corners = shape.vertices[shape.faces].astype(float)
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2
        assert np.abs(across.sum(0)).max() < 1e-3 and signed_volume(shape) > 0
        assert ((shape.normals[shape.faces].mean(1) * across).sum(1) > 0).mean() > 0.9
