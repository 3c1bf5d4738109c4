import pytest

from importer.daemon.queue.queue import open_queue


@pytest.fixture(params=["sqlite", "postgres"])
def queue(request, tmp_path):
    url = request.getfixturevalue("postgres").database() if request.param == "postgres" else None
    with open_queue(tmp_path, url) as queue:
        yield queue
