import pytest

from tests.bridges.godot.project import FOUR, THREE, Godot


@pytest.fixture(autouse=True, scope="session")
def own_editor_settings(tmp_path_factory):
    """Keep Godot's editor away from the settings of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(scope="module", params=[THREE, FOUR] if FOUR.program else [THREE], ids=lambda x: f"godot{x.version}")
def godot(request) -> Godot:
    """Return each Godot that is here; no Debian package brings Godot 4, so that one is for whoever has it."""
    return request.param
