import pytest


@pytest.fixture(autouse=True, scope="session")
def own_editor_settings(tmp_path_factory):
    """Keep Godot's editor away from the settings of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield
