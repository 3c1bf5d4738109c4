"""With --json, stdout holds the document alone, whatever libraries print below Python."""

import json
import subprocess
import sys

from importer.cli.output import print_json

CODE = """
import os, sys
from importer.cli.output import stdout_for_json
with stdout_for_json(True) as emit:
    os.write(1, b"a native library talks\\n")
    print("so does Python")
    emit({"name": "St\\u00fchle \\udcff"})
os.write(1, b"")
"""


def test_the_document_is_alone_on_stdout():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout) == {"name": "Stühle \udcff"}
    assert b"a native library talks" in done.stderr
    assert b"so does Python" in done.stderr
    done.stdout.decode("ascii")


def test_what_json_cannot_hold_becomes_null(capsys):
    print_json({"a": [1.5, float("nan"), (float("inf"),)], "b": {"c": float("-inf"), "d": True}})
    assert json.loads(capsys.readouterr().out) == {"a": [1.5, None, [None]], "b": {"c": None, "d": True}}
