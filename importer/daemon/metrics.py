"""Figures for Prometheus, on this machine's own address only."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from importer.daemon.queue.queue import Queue, open_queue
from importer.errors import ImporterError
from importer.pipeline.events import Event, OnEvent

_SECONDS = (0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600)


class _Jobs(Collector):
    """The queue's lengths at the moment of asking."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    def collect(self) -> Iterable[Metric]:
        jobs = GaugeMetricFamily("importer_jobs", "Jobs in the queue by state", labels=["state"])
        for state, number in self.queue.counts().items():
            jobs.add_metric([state], number)
        yield jobs
        yield GaugeMetricFamily("importer_paused", "1 while no new job starts", value=float(self.queue.is_paused()))


@contextlib.contextmanager
def metrics(directory: Path, url: str | None, port: int | None) -> Iterator[OnEvent]:
    """Serve http://127.0.0.1:`port`/metrics until the block ends, if there is a port; yield what counts events.

    Raises
    ------
    ImporterError
        The port is taken.
    """
    if port is None:
        yield lambda event: None
        return
    registry = CollectorRegistry()
    count = _counting(registry)
    with open_queue(directory, url) as queue:
        registry.register(_Jobs(queue))
        try:
            server, thread = start_http_server(port, addr="127.0.0.1", registry=registry)
        except OSError as error:
            what = f"the metrics cannot be served ({error.strerror or error})"
            raise ImporterError(what, where=f"127.0.0.1:{port}", fix="Choose another port.") from error
        try:
            yield count
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _counting(registry: CollectorRegistry) -> OnEvent:
    events = Counter("importer_pictures", "Pictures by what became of them", ["outcome"], registry=registry)
    builds = Histogram("importer_build_seconds", "Time of published assets", buckets=_SECONDS, registry=registry)
    stages = Histogram("importer_stage_seconds", "Time of stages", ["stage"], buckets=_SECONDS, registry=registry)
    cached = Counter("importer_stages_cached", "Stages found in the cache", ["stage"], registry=registry)

    def count(event: Event) -> None:
        if event.kind == "finished":
            stages.labels(event.stage).observe(event.seconds)
        elif event.kind == "cached":
            cached.labels(event.stage).inc()
        elif event.kind in ("queued", "published", "failed", "gone"):
            events.labels(event.kind).inc()
            if event.kind == "published":
                builds.observe(event.seconds)

    return count
