"""One way out of every command: exit codes, errors without tracebacks, Ctrl-C in one line."""

from __future__ import annotations

import functools
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from importer.cli.output import error_console, error_record, print_error, print_json
from importer.errors import ImporterError, ProfileError

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
EXIT_CODES = (
    "Exit codes: 0 all is well; 1 an asset failed or a check found errors; 2 wrong usage or a faulty profile; "
    "130 interrupted with Ctrl-C."
)


class UsageError(ImporterError):
    """The command line itself is at fault."""


Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else there.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show the traceback of an unexpected error.")]


def guarded(command: Callable[..., int | None]) -> Callable[..., None]:
    """Wrap a command that returns its exit code (None: 0); its parameters ``as_json`` and ``verbose`` are read here."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            code = command(*args, **kwargs) or OK
            sys.stdout.flush()
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise
        except ImporterError as error:
            code = exit_code(error)
            print_error(error)
            if _wants_json(kwargs):
                print_json({"error": error_record(error)})
        except KeyboardInterrupt:
            code = INTERRUPTED
            error_console().print("Interrupted. What was finished stays; nothing is half written.")
        except BrokenPipeError:  # the reader, such as head, has gone
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            code = FAILED
        except Exception as error:
            code = FAILED
            _unexpected(error, bool(kwargs.get("verbose")), _wants_json(kwargs))
        if code:  # a group goes on to its subcommand
            raise typer.Exit(code)

    return run


def _wants_json(options: dict[str, Any]) -> bool:
    return bool(options.get("as_json")) or options.get("format") == "json"


def exit_code(error: ImporterError) -> int:
    """Return the exit code that an error leads to."""
    return USAGE if isinstance(error, ProfileError | UsageError) else FAILED


def _unexpected(error: Exception, verbose: bool, as_json: bool) -> None:
    what = f"unexpected {type(error).__name__}: {error}"
    if verbose:
        traceback.print_exception(error)
        fix = "Please report it with the traceback above."
    else:
        log = write_log(error)
        place = f"The traceback is in {log}; please" if log else "Run again with --verbose and"
        fix = f"{place} report it."
    fault = ImporterError(what, fix=fix)
    print_error(fault)
    if as_json:
        print_json({"error": error_record(fault)})


def write_log(error: BaseException) -> Path | None:
    """Write a traceback into the user's cache folder, or where that cannot be written nowhere."""
    from importer.system.folders import user_cache_folder

    folder = user_cache_folder() / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
        lines = [" ".join(sys.argv), "\n\n", *traceback.format_exception(error)]
        path.write_text("".join(lines), encoding="utf-8", errors="replace")
    except OSError:
        return None
    return path
