"""The commands, and what becomes of their errors.

Exit codes: 0 done; 1 refused or not sent, or the output cannot be written; 2 usage or configuration; 3 outcome unknown;
4 sent, but the output cannot be written; 130 interrupted. A reader of the output that has gone is no error.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated

import typer
from typer.main import get_command

from smsgate._version import __version__
from smsgate.cli import (
    analyse,
    audit,
    budgets,
    bulk,
    config,
    contacts,
    converted,
    doctor,
    evidence,
    groups,
    held,
    journal,
    listen,
    login,
    messages,
    opt_outs,
    poll,
    prices,
    providers,
    report,
    runs,
    send,
    templates,
    unknown,
    why,
    work,
)
from smsgate.cli.error_lines import print_error
from smsgate.cli.exit_codes import DONE, INTERRUPTED, REFUSED, UNKNOWN, USAGE
from smsgate.cli.init import init
from smsgate.cli.output import Output, UnwrittenError, write_no_more
from smsgate.cli.sandbox import demo, sandbox
from smsgate.cli.verbose_log import verbose_log
from smsgate.cli.warning_lines import WARNING_LINES
from smsgate.model.errors import ConfigError, SmsgateError, UnknownOutcomeError, UnsupportedError

__all__ = ["app", "run"]


app = typer.Typer(
    name="smsgate",
    help="Send text messages through any vendor, and never text a person twice by accident.",
    epilog="Exit codes: 0 done; 1 refused or not sent; 2 usage or configuration; 3 outcome unknown; "
    "4 sent, but the output cannot be written: do not send again; 130 interrupted.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
_TOPICS = {
    "Settings": (init, config),
    "Sending": (analyse, send, bulk, work, runs, held, report, unknown, budgets),
    "Receiving": (poll, listen, opt_outs, converted),
    "Accounts": (doctor, audit, providers, prices, contacts, groups, templates, messages, login),
    "Development": (sandbox, demo),
    "Journal": (why, evidence, journal),
}
"""The modules of the commands, as the help groups them."""
_OF_COMMANDS = {"--config", "--json"}
for topic, modules in _TOPICS.items():
    for module in modules:
        module.add_to(app, topic)


def _print_version(asked: bool) -> None:  # noqa: FBT001 - as typer calls it
    if asked:
        typer.echo(f"smsgate {__version__}")
        raise typer.Exit


@app.callback()
def smsgate(
    context: typer.Context,
    *,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what happens, such as each request, to standard error.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback prints it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Set up what all commands have."""
    if verbose:
        context.with_resource(verbose_log())


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; each error is one line on stderr."""
    logging.getLogger("smsgate").addHandler(WARNING_LINES)
    try:
        code = _command()(list(arguments), prog_name="smsgate", standalone_mode=False)
    except typer.TyperException as error:
        return _complain(_misused(error, arguments), code=USAGE)
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # rich and typer exit like this where the reader of a pipe has gone
        write_no_more()
        return DONE
    except SmsgateError as error:
        if "--json" in arguments:
            _print(error)
        lines = error.problems if isinstance(error, ConfigError) else (str(error),)
        return _complain(*lines, code=_exit_code(error))
    except OSError as error:  # such as a full disk
        write_no_more()
        return _complain(f"the result cannot be written: {error.strerror}", code=REFUSED)
    return code if isinstance(code, int) else DONE


@cache
def _command() -> Callable[..., object]:
    """Return what `app` runs; typer would read the options of every command again at each run."""
    return get_command(app)


def _misused(error: typer.TyperException, arguments: Sequence[str]) -> str:
    """Say what is wrong with the arguments; the commands have the options that all of them take, not `smsgate`."""
    said = (
        error.format_message()
        .replace("Value error, ", "")
        .replace("Input should be a valid integer, unable to parse string as an integer", "must be a whole number")
    )
    misplaced = arguments[0].partition("=")[0] if arguments else ""
    return (
        f"{said.removesuffix('.')}. Write it after the command: smsgate send {misplaced} ..."
        if misplaced in _OF_COMMANDS
        else said
    )


def _print(error: SmsgateError) -> None:
    try:
        Output(as_json=True).error(error)
    except OSError:  # the exit code and the line on stderr are what counts
        write_no_more()


def _exit_code(error: SmsgateError) -> int:
    if isinstance(error, ConfigError | UnsupportedError):
        return USAGE
    if isinstance(error, UnwrittenError):
        return error.exit_code
    return UNKNOWN if isinstance(error, UnknownOutcomeError) else REFUSED


def _complain(*problems: str, code: int) -> int:
    for text in filter(None, problems):  # without a command, the help has been shown
        print_error(f"smsgate: {' '.join(text.split())}")
    return code
