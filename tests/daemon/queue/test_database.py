import sqlite3
import threading

import pytest
import sqlalchemy as sa

from importer.daemon.queue import database
from importer.daemon.queue.database import is_damaged, open_database, sqlite_path
from importer.daemon.queue.queue import open_queue
from importer.errors import ImporterError


def test_file_has_a_journal_that_readers_do_not_wait_for(tmp_path):
    with open_database(tmp_path):
        with sqlite3.connect(sqlite_path(tmp_path)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.close()
    assert is_damaged(sqlite_path(tmp_path)) == ""


def test_project_keeps_its_identity_whoever_asks_first(tmp_path):
    found = []

    def ask():
        with open_database(tmp_path) as opened:
            found.append(opened.project)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert len(set(found)) == 1
    assert [path.name for path in (tmp_path / ".importer").glob("project*")] == ["project"]


@pytest.mark.parametrize("table", ["importer_settings", "dbos_migrations"])
def test_database_of_a_newer_importer_is_refused(tmp_path, table):
    with open_queue(tmp_path) as queue, queue.transaction() as connection:
        column = "value" if table == "importer_settings" else "version"
        connection.execute(sa.text(f"UPDATE {table} SET {column} = 9999"))
    with pytest.raises(ImporterError, match=r"newer importer.*Update the importer"), open_queue(tmp_path):
        pass


def test_file_on_a_network_share_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "network_share", lambda folder: "nfs4")
    with pytest.raises(ImporterError, match=r"nfs4.*--database postgresql://"), open_database(tmp_path):
        pass


def test_clocks_of_both_databases_agree_with_this_one(tmp_path, postgres):
    import time

    (tmp_path / "p").mkdir()
    for url in (None, postgres.database()):
        with open_database(tmp_path / "p", url) as opened, opened.engine.connect() as connection:
            assert abs(connection.execute(sa.select(opened.now())).scalar() - time.time()) < 5
