"""What native code does at its worst, in place of what children compute, and what the program says of it.

Pictures for `TABLE` say what befalls them: ``importer.mesh.unwrap crash 7`` has the child of the UV unwrap crash,
``itself crash 7`` the build process. The number is there to make them differ.
"""

import contextlib
import ctypes
import importlib
import time
from types import SimpleNamespace

import numpy as np

from importer.errors import PictureError
from importer.pipeline.stages import Stage
from importer.profile.schema import Profile
from importer.records import Mesh
from tests.faults import stages

INTAKE, ITSELF = "importer.intake.decode", "itself"
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def crash(*_):
    """Read address 0."""
    ctypes.string_at(0)


def hang(*_):
    """Never end, and hold the interpreter's lock."""
    ctypes.PyDLL(None).sleep(3600)


def blow_up(*_):
    """Take far more memory than is allowed, and come back if nobody says no: a test must not take the machine's."""
    kept = [np.ones(2**24) for _ in range(16)]  # 2 GiB
    return len(kept)


def stall(data):
    """Be a stage in the build process itself that does not come back."""
    time.sleep(3600)


def _intake(module):
    try:
        module.intake(_PNG, "a.png")
    except PictureError as error:
        assert error.fix
        return error.what
    raise AssertionError("the picture was read")


def _unwrap(module):
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)
    unwrapped = module.unwrap(Mesh(corners, faces), Profile().textures)
    assert len(unwrapped.mesh.faces) == 4
    return unwrapped.warnings[0]


PLACES = {
    INTAKE: "reading the PNG",
    "importer.mesh.unwrap": "the UV unwrap",
    "importer.verify.picture": "drawing the file",
    "importer.verify.images": "decoding the textures",
    "importer.verify.fbx": "reading the FBX file",
}
ENDS = {crash: "crashed with SIGSEGV", hang: "took longer than", blow_up: "MiB of memory"}
_CALLS = {
    INTAKE: _intake,
    "importer.mesh.unwrap": _unwrap,
    "importer.verify.picture": lambda module: module.picture(SimpleNamespace(shapes=()), ()),
    "importer.verify.images": lambda module: module.measure_untrusted([b"x"])[0].fault,
    "importer.verify.fbx": lambda module: module.read_fbx(b"; FBX", "a.fbx", None)[1][0].what,
}


@contextlib.contextmanager
def struck(place, end):
    """Have the children of a place end badly; the call is the program's own, and so are its limits, which are judged.

    Only what the child computes, and the patience with it, are exchanged.
    """
    module = importlib.import_module(place)
    real = module.run_in_child

    def worse(function, *args, timeout_s, memory_mb, what=""):
        assert timeout_s <= 600, "nobody waits so long"
        assert memory_mb <= 8192
        return real(end, timeout_s=1 if end is hang else 60, memory_mb=600, what=what)

    module.run_in_child = worse
    try:
        yield module
    finally:
        module.run_in_child = real


def said(place, end):
    """Return what the program says where the child of a place ends badly."""
    with struck(place, end) as module:
        return _CALLS[place](module)


def is_clear(place, end, words):
    """Return whether this says what has happened where; a report that goes without its drawing says so itself."""
    return words is None if place == "importer.verify.picture" else PLACES[place] in words and ENDS[end] in words


def read(data):
    """Be the first stage: what the picture says befalls it, and then it is read."""
    place, name = data.decode().split()[:2]
    end = globals()[name]
    if place == ITSELF:
        end()
    if place == INTAKE:
        with struck(place, end) as module:
            module.intake(_PNG, "a.png")
    assert is_clear(place, end, said(place, end))
    return stages.read(data)


TABLE = (Stage("read", 1, "tests.faults.native:read", "data"), *stages.TABLE[1:])
