import pytest

from importer.pipeline.cache import Cache


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache", size=10**9)


@pytest.fixture
def ran(tmp_path, monkeypatch):
    """Return a function that gives the stages that ran since it was last called."""
    log = tmp_path / "stages.log"
    monkeypatch.setenv("FAKE_LOG", str(log))

    def since():
        names = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return names

    return since
