"""Stage by stage time of one prop with the default profile: ``python -m benchmarks.asset [--runs N] [--picture P]``.

Cold: a new process, an empty cache, the imports counted. Warm: the same process again with another empty cache.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "examples" / "chest.png"
RESULTS = ROOT / "benchmarks" / "results" / "asset.md"


def measure(picture: Path, times: int) -> list[dict[str, float]]:
    """Build `picture` `times` in this process, each time with an empty cache; return seconds by stage."""
    from importer.pipeline.cache import Cache
    from importer.pipeline.run import build_asset
    from importer.profile.schema import Profile

    rows = []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            asset = build_asset(picture, Profile(), Cache(Path(folder)))
            rows.append({run.name: run.seconds for run in asset.stages} | {"in all": time.perf_counter() - began})
    return rows


def child(picture: Path) -> list[dict[str, float]]:
    """Run a new process: its first build is cold, its second warm; ``process`` is its start to the end of the first."""
    began = time.time()
    command = [sys.executable, "-m", "benchmarks.asset", "--child", str(picture)]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    result = json.loads(output.splitlines()[-1])
    cold, warm = result["rows"]
    return [cold | {"in all": result["first_done"] - began}, warm]


def table(cold: list[dict[str, float]], warm: list[dict[str, float]], picture: Path) -> str:
    """Return medians in seconds as a Markdown table."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    head = (
        f"{picture.name}, default profile, {os.cpu_count()} cores ({platform.machine()}){load}, median of {len(cold)}"
    )
    lines = [head, "", "| stage | cold, s | warm, s |", "|---|---:|---:|"]
    for name in cold[0]:
        first, second = (statistics.median(row[name] for row in rows) for rows in (cold, warm))
        lines.append(f"| {name} | {first:.2f} | {second:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="processes; two builds each")
    parser.add_argument("--picture", type=Path, default=PICTURE)
    parser.add_argument("--save", action="store_true", help=f"keep the table in {RESULTS.relative_to(ROOT)}")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        first = measure(arguments.child, 1)
        first_done = time.time()
        print(json.dumps({"rows": first + measure(arguments.child, 1), "first_done": first_done}))
        return
    pairs = [child(arguments.picture.resolve()) for _ in range(arguments.runs)]
    text = table([pair[0] for pair in pairs], [pair[1] for pair in pairs], arguments.picture)
    print(text)
    if arguments.save:
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
