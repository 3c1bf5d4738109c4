"""The fuzz targets over seeds and a few hundred mutations; fuzz/README.md says how to go on for hours."""

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz import targets
from importer.system.child import run_in_child

_ROOT = Path(__file__).parents[2]
_SEEDS, _MUTATIONS = 40, 300


def inputs(kind):
    """Return the seeds, and mutations of them that are the same at each run."""
    chance, seeds = random.Random(1), targets.seeds(kind)
    few = chance.sample([data for data in seeds if 0 < len(data) < 20_000], _SEEDS)
    return few + [mutated(chance, chance.choice(few), chance.choice(few)) for _ in range(_MUTATIONS)]


def mutated(chance, data, other):
    """Return what libFuzzer makes too: bytes changed, taken out, repeated, or of another file."""
    start, length = chance.randrange(len(data)), chance.randrange(1, 64)
    part = chance.choice(
        [
            chance.randbytes(length),
            b"",
            data[start : start + length] * chance.randrange(2, 9),
            other[chance.randrange(len(other)) :],
            bytes([data[start] ^ 1 << chance.randrange(8)]),
        ]
    )
    return data[:start] + part + data[start + chance.choice([0, len(part), length]) :]


def findings(kind, files):
    """Return what a target has raised, once for each kind; run in a child with the limits of the first stage."""
    found = {}
    for data in files:
        try:
            targets.TARGETS[kind](data)
        except MemoryError:
            continue  # the limit's: the stage has words for it
        except Exception as error:
            found[f"{type(error).__name__}: {error}"] = data[:200]
    return found


@pytest.mark.parametrize("kind", targets.TARGETS)
def test_nothing_is_found_in_seeds_and_mutations(kind):
    assert run_in_child(findings, kind, inputs(kind), timeout_s=250, memory_mb=3072) == {}


@pytest.mark.parametrize(("kind", "place"), [("pictures", "read_pixels"), ("profiles", "resolve")])
def test_error_of_another_kind_is_a_finding(kind, place, monkeypatch):
    def broken(*_, **__):
        raise ValueError("unexpected")

    monkeypatch.setattr(targets, place, broken)
    assert list(findings(kind, targets.seeds(kind)[:20])) == ["ValueError: unexpected"]


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed: the extra fuzz")
@pytest.mark.parametrize("kind", targets.TARGETS)
def test_atheris_runs_the_target(kind, tmp_path):
    command = [
        sys.executable,
        "fuzz/fuzz_input.py",
        kind,
        "-runs=300",
        f"-artifact_prefix={tmp_path}/",
        str(tmp_path / "inputs"),
    ]
    ended = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=280)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert "Done 300 runs" in ended.stderr
