"""Models made by people, written by another program, raise no errors: the checks do not cry wolf."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from importer.verify.images import measure_all
from importer.verify.inspect import inspect

SHARD = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "val-00.zip"


def glb(record: dict[str, np.ndarray]) -> bytes:
    """Return a record of the corpus as trimesh writes it: one mesh a material."""
    scene = trimesh.Scene()
    for number in np.unique(record["fm"]):
        faces = record["f"][record["fm"] == number].astype(np.int64)
        used, faces = np.unique(faces, return_inverse=True)
        material = trimesh.visual.material.PBRMaterial(baseColorFactor=record["mat_rgba"][number])
        visual = trimesh.visual.TextureVisuals(material=material)
        texture = int(record["mat_tex"][number])
        if texture >= 0 and "uv" in record:
            material.baseColorTexture = Image.open(io.BytesIO(record[f"tex{texture}"].tobytes())).convert("RGB")
            box = record["uv_box"]
            uv = box[:2] + record["uv"][used] / 65535 * box[2:]
            visual = trimesh.visual.TextureVisuals(uv=np.column_stack([uv[:, 0], 1 - uv[:, 1]]), material=material)
        normals = record["nrm"][used] / 127.0
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        mesh = trimesh.Trimesh(record["v"][used] / 65534, faces.reshape(-1, 3), vertex_normals=normals, process=False)
        mesh.visual = visual
        scene.add_geometry(mesh)
    return scene.export(file_type="glb")


@pytest.mark.skipif(not SHARD.exists(), reason="../shared/corpus/val-00.zip is not there")
def test_models_of_the_corpus_have_no_errors() -> None:
    checked = 0
    with zipfile.ZipFile(SHARD) as shard:
        for name in shard.namelist()[::10][:24]:
            record = dict(np.load(io.BytesIO(shard.read(name))))
            findings = inspect(name, {name: glb(record)}, measure_all)
            assert [finding for finding in findings if finding.severity == "error"] == [], name
            checked += 1
    assert checked == 24
