"""The daemon as a process of its own: ``python -m tests.faults.daemon_process PROJECT [KIND:STAGE:NUMBER]``.

With the second argument it kills itself, as kill -9 does, at so-manyth event of that kind.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from importer.daemon.round import Times
from importer.daemon.watch import watch
from importer.pipeline.cache import Cache
from tests.faults.stages import TABLE

TIMES = Times(settle_s=0.3, pair_s=0.1, rescan_s=0.3, orphan_s=5.0, retry_s=0.5)


def main():
    project, stop = Path(sys.argv[1]), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    kind, stage, number = (sys.argv[2] if len(sys.argv) > 2 else "never::0").split(":")
    left = int(number)

    def tell(event):
        nonlocal left
        print(event.kind, event.picture, event.stage, event.message, flush=True)
        if event.kind == kind and event.stage == stage:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    watch(project, tell, stop, cache=Cache(project.parent / "cache", 10**9), times=TIMES, table=TABLE)
    print("stopped", flush=True)


if __name__ == "__main__":
    main()
