"""The daemon as a process of its own: ``python -m tests.faults.daemon_process PROJECT``.

``--kill KIND:STAGE:NUMBER`` has it kill itself, as kill -9 does, at so-manyth event of that kind; ``--table
MODULE:NAME`` builds with other stages than the small ones.
"""

import argparse
import importlib
import os
import signal
import sys
import threading
from pathlib import Path

from importer.daemon.round import Times
from importer.daemon.watch import Service, watch
from importer.errors import ImporterError
from importer.pipeline.cache import Cache

TIMES = Times(settle_s=0.2, pair_s=0.1, rescan_s=0.2, orphan_s=5.0, retry_s=0.3)


def main(arguments=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path)
    parser.add_argument("--kill", default="never::0")
    parser.add_argument("--table", default="tests.faults.stages:TABLE")
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args(arguments)
    project, stop = options.project, threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    module, _, name = options.table.partition(":")
    cache, service = Cache(project.parent / "cache", 10**9), Service(jobs=options.jobs)
    settings = {"cache": cache, "times": TIMES, "table": getattr(importlib.import_module(module), name)}
    try:
        watch(project, _teller(options.kill), stop, service=service, **settings)
    except ImporterError as error:
        print("refused", error, flush=True)
        sys.exit(1)
    print("stopped", flush=True)


def _teller(border):
    kind, stage, number = border.split(":")
    left = int(number)

    def tell(event):
        nonlocal left
        print(event.kind, event.picture, event.stage, event.message, flush=True)
        if event.kind == kind and event.stage == stage:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return tell


if __name__ == "__main__":
    main()
