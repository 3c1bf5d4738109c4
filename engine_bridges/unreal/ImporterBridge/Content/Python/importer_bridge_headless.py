"""For ``-run=pythonscript -script=<path of this file>``: import what is new, test, report, and end."""

from importer_bridge.engine.headless import run

run()
