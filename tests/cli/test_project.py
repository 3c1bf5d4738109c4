"""``importer retry``, ``cancel``, ``pause``, ``resume``, ``gc`` and ``worker``."""

import pytest

from importer.daemon.ledger import Entry, Ledger
from importer.daemon.queue.jobs import Order
from importer.daemon.queue.queue import open_queue
from importer.errors import PictureError


@pytest.fixture
def project(cli, tmp_path):
    cli("init", "p")
    return tmp_path / "p"


@pytest.fixture
def waiting(project):
    """Put two pictures into the queue, and one that has failed without a job."""
    with open_queue(project) as queue, queue.transaction() as connection:
        ledger = Ledger(queue.database)
        for name in ("a.png", "b.png"):
            order = Order(name, name[0], "0" * 64, {})
            job = order.job(queue.database.project, ())
            queue.submit(job, order, 10, connection)
            ledger.entries[name] = Entry("queued", job=job)
        ledger.entries["c.png"] = Entry()
        ledger.entries["c.png"].fail(PictureError("damaged"))
        ledger.save(ledger.entries, connection)
    return ledger.entries


def states(cli, document, project):
    shown = document(cli("status", project, "--json"))
    return {name: entry["state"] for name, entry in shown["pictures"].items()}, {job["state"] for job in shown["jobs"]}


def test_cancelled_jobs_leave_the_queue_and_come_back_with_retry(cli, document, project, waiting):
    assert states(cli, document, project) == ({"a.png": "queued", "b.png": "queued", "c.png": "failed"}, {"queued"})
    job = waiting["b.png"].job.rpartition("-")[2][:8]
    assert f"job {job}" in cli("status", project).stdout
    assert cli("cancel", project, job).stdout == "cancelled  b.png\n"
    assert states(cli, document, project)[0]["b.png"] == "cancelled"
    assert len(document(cli("status", project, "--json"))["jobs"]) == 1
    assert document(cli("retry", project, "b.png", "--json")) == {"retried": ["b.png"]}
    assert states(cli, document, project)[0]["b.png"] == "queued"
    assert len(document(cli("status", project, "--json"))["jobs"]) == 2


def test_all_means_all_that_it_can_mean(cli, document, project, waiting):
    assert document(cli("cancel", project, "--all", "--json")) == {"cancelled": ["a.png", "b.png"]}
    assert document(cli("retry", project, "--all", "--json")) == {"retried": ["a.png", "b.png", "c.png"]}
    # What never was a job is for the watcher to look at again.
    assert states(cli, document, project)[0] == {"a.png": "queued", "b.png": "queued", "c.png": "changed"}
    assert cli("cancel", project, "drop/a.png").exit_code == 0


@pytest.mark.parametrize(("arguments", "said"), [(["x.png"], "x.png"), (["c.png"], "it is failed"), ([], "--all")])
def test_what_cannot_be_cancelled_is_said(cli, project, waiting, arguments, said):
    result = cli("cancel", project, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_pause_is_shown_and_ends_with_resume(cli, document, project):
    assert "paused" in cli("pause", project).stdout
    assert "importer resume" in cli("status", project).stdout
    assert document(cli("status", project, "--json"))["paused"] is True
    cli("resume", project)
    assert document(cli("status", project, "--json"))["paused"] is False


def test_gc_forgets_jobs_that_ended_long_ago(cli, document, project, waiting):
    cli("cancel", project, "a.png")
    assert document(cli("gc", project, "--json"))["jobs"] == 0
    assert document(cli("gc", project, "--days", "0", "--json"))["jobs"] == 1
    assert len(document(cli("status", project, "--json"))["jobs"]) == 1


def test_commands_need_a_project_and_a_worker_a_database(cli, project):
    for command in ("retry", "cancel", "pause", "resume", "gc"):
        result = cli(command, "nix")
        assert result.exit_code == 2
        assert "importer init nix" in result.stderr
    result = cli("worker", "--project", project)
    assert result.exit_code == 2
    assert "--database postgresql://" in result.stderr


@pytest.mark.parametrize(
    ("flags", "role", "jobs"),
    [(["--gpu"], "gpu", 2), (["--gpu", "--jobs", "5"], "gpu", 5), (["--cpu"], "cpu", 7), ([], None, 7)],
)
def test_worker_serves_one_network_for_each_gpu_or_what_its_cores_bear(cli, project, monkeypatch, flags, role, jobs):
    served = []
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")
    monkeypatch.setattr("importer.daemon.turns.default_jobs", lambda: 7)
    monkeypatch.setattr("importer.daemon.worker.serve", lambda *arguments, **_: served.append(arguments[3]))
    assert cli("worker", "--project", project, "--database", "postgresql://x/y", *flags).exit_code == 0
    assert [(service.role, service.jobs) for service in served] == [(role, jobs)]


def test_database_that_is_not_there_is_said_without_its_password(cli, project):
    result = cli("status", project, "--database", "postgresql://me:secret@127.0.0.1:1/none")
    assert result.exit_code == 1
    assert "does not work" in result.stderr
    assert "secret" not in result.stderr
    result = cli("status", project, "--database", "mysql://x/y")
    assert "no PostgreSQL address" in result.stderr
