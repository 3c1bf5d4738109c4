from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project in the working folder, so that messages name files as a user would: drop/chair.yaml."""
    (tmp_path / "drop").mkdir()
    (tmp_path / "profile.yaml").write_text("")
    (tmp_path / "drop" / "chair.png").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def chair(project):
    """Write the chair's sidecar, as text or bytes, and return the picture."""

    def write(content: str | bytes) -> Path:
        data = content if isinstance(content, bytes) else content.encode()
        (project / "drop" / "chair.yaml").write_bytes(data)
        return Path("drop/chair.png")

    return write
