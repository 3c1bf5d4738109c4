"""Guards of the texel map: each texel's point is where its UV says."""

import numpy as np

from importer.texture.texels import map_texels, unit
from tests.texture import shapes


def test_texels_of_a_sphere_lie_on_its_faces_and_look_outward():
    texels = map_texels(shapes.unwrap(shapes.sphere(4)).mesh, 256)
    radius = np.linalg.norm(texels.position, axis=1)
    assert radius.max() <= 0.4 + 1e-5 and radius.min() > 0.398
    aligned = (texels.unit_normal() * unit(texels.position)).sum(axis=1)
    assert aligned.min() > np.cos(np.radians(2))


def test_texels_of_a_box_map_back_to_their_uv():
    mesh = shapes.unwrap(shapes.box()).mesh
    texels = map_texels(mesh, 128)
    # On a planar chart UV is affine in position: fit it on the vertices of one side and ask the texels.
    side = mesh.normals[:, 0] > 0.9
    affine = np.linalg.lstsq(np.c_[mesh.vertices[side][:, 1:], np.ones(side.sum())], mesh.uv[side], rcond=None)[0]
    mine = texels.normal[:, 0] > 0.9
    uv = np.c_[texels.position[mine][:, 1:], np.ones(mine.sum())] @ affine
    row, column = np.divmod(texels.pixel[mine], 128)
    np.testing.assert_allclose(uv * 128, np.stack([column + 0.5, row + 0.5], axis=1), atol=1e-2)
