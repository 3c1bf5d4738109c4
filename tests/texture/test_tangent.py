"""Guards of the normal encoding, read back by the formula that glTF 2.0 and MikkTSpace give to engines."""

import numpy as np

from importer.texture.tangent import encode_normals
from importer.texture.texels import map_texels, unit
from tests.texture import shapes


def decode(texels, rgb):
    """What a shader computes: n * 2 - 1, frame interpolated and not normalised, then normalize."""
    x, y, z = (rgb / 255 * 2 - 1).T
    bitangent = np.cross(texels.normal, texels.tangent) * texels.sign[:, None]
    return unit(x[:, None] * texels.tangent + y[:, None] * bitangent + z[:, None] * texels.normal)


def test_the_mesh_s_own_normals_are_flat():
    texels = map_texels(shapes.unwrap(shapes.sphere(3)).mesh, 128)
    assert (encode_normals(texels, texels.unit_normal()) == (128, 128, 255)).all()


def test_a_shader_gets_the_normals_back():
    texels = map_texels(shapes.unwrap(shapes.sphere(2)).mesh, 128)
    rng = np.random.default_rng(5)
    normals = unit(texels.unit_normal() + 0.5 * rng.uniform(-1, 1, texels.normal.shape))
    angle = np.degrees(np.arccos(np.clip((decode(texels, encode_normals(texels, normals)) * normals).sum(1), -1, 1)))
    assert angle.max() < 0.8


def test_green_is_up_in_the_texture():
    mesh = shapes.unwrap(shapes.box()).mesh
    texels = map_texels(mesh, 64)
    front = texels.normal[:, 2] > 0.9
    place = np.stack(np.divmod(texels.pixel[front], 64), axis=1)
    # The direction on the surface in which the row of the texture falls, that is: up in the picture of the texture.
    affine = np.linalg.lstsq(np.c_[place, np.ones(len(place))], texels.position[front], rcond=None)[0]
    up = unit(-affine[:1])
    tilted = unit(np.repeat(np.array([[0, 0, 1.0]]) + 0.5 * up, len(texels.pixel), axis=0))
    assert (encode_normals(texels, tilted)[front][:, 1] > 160).all()


def test_a_surface_that_looks_away_still_gives_a_valid_normal():
    texels = map_texels(shapes.unwrap(shapes.sphere(2)).mesh, 64)
    rgb = encode_normals(texels, -texels.unit_normal())
    assert (rgb[:, 2] >= 128).all()
