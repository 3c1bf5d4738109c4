"""Small stages that write real manifests, so that the reader of manifests can judge what a fault has left.

A picture's bytes say how it is built: a text of words such as ``slow`` or ``bad``; anything else is just content.
"""

import hashlib
import json
import time
from functools import lru_cache
from pathlib import Path

from importer.errors import PictureError
from importer.pipeline.stages import Stage
from importer.records import Files
from importer.system.child import run_in_child

_TEMPLATE = Path(__file__).parents[1] / "support" / "manifests" / "good-no-collision" / "cart" / "cart.manifest.json"
PARTS = 6


def read(data):
    words = data.split()
    if b"bad" in words:
        raise PictureError("this is no picture", fix="Save it again.")
    seconds = 0.4 if b"slow" in words else 50.0 if b"endless" in words else 0.0
    return Files({"data": run_in_child(copied, data, seconds, timeout_s=60, memory_mb=200)})


def copied(data, seconds):
    """Return the data; run in a child, as native code is."""
    time.sleep(seconds)
    return data


def mesh(name, files):
    time.sleep(0.02)
    data = files.files["data"]
    parts = {f"gltf/part{i}.bin": hashlib.sha256(data + bytes([i])).digest() * 200 for i in range(PARTS)}
    return Files({f"gltf/{name}.glb": data, **parts})


def manifest(name, file, files):
    document = json.loads(_template())
    entries = [
        {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "role": "mesh"}
        for path, data in sorted(files.files.items())
    ]
    target = document["targets"]["gltf"]
    target["lods"] = [{**target["lods"][0], "file": f"gltf/{name}.glb"}]
    document["asset"]["name"], document["files"], document["lods"] = name, entries, document["lods"][:1]
    document["provenance"]["picture"] = file
    return Files({f"{name}.manifest.json": json.dumps(document).encode()})


@lru_cache(maxsize=1)
def _template():
    return _TEMPLATE.read_text("utf-8")


def table(**also):
    """Return the stages; `also` adds products by name and function."""
    return (
        Stage("read", 1, "tests.faults.stages:read", "data"),
        Stage("mesh", 1, "tests.faults.stages:mesh", "name read", is_product=True),
        *(Stage(stage, 1, f"tests.faults.stages:{function}", "read") for stage, function in also.items()),
        Stage("manifest", 1, "tests.faults.stages:manifest", "name ~file mesh", is_product=True),
    )


TABLE = table()


def null(data, name):
    """Do next to nothing: what is measured is the daemon."""
    return Files({f"gltf/{name}.bin": data, f"{name}.manifest.json": b'{"files": [], "warnings": []}'})


NULL = (Stage("null", 1, "tests.faults.stages:null", "data name", is_product=True),)
