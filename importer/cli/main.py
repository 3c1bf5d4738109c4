"""The entry point: as little as possible before Ctrl-C is understood."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from importer.cli.app import app
        from importer.cli.output import forgiving_streams

        forgiving_streams()
        app()
    except KeyboardInterrupt:  # before any command began
        sys.exit(130)
