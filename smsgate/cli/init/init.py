"""`smsgate init`: asks what is needed for a first text, tries it, and writes a settings file."""

from __future__ import annotations

import os
import secrets
import shlex
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from smsgate.adapter.abilities.delivery import ReadsWebhooks
from smsgate.adapter.adapter import Adapter
from smsgate.adapter.registry import adapter_named, usable_adapters
from smsgate.adapter.settings import Settings
from smsgate.cli.error_lines import print_error
from smsgate.cli.exit_codes import DONE, REFUSED
from smsgate.cli.init.account import AccountDraft
from smsgate.cli.init.answers import Answers, answers
from smsgate.cli.init.settings_text import WEBHOOK_SECRET, FirstSettings
from smsgate.cli.init.trial import Trial, try_account
from smsgate.cli.options import AsJson
from smsgate.cli.output import Output, one_line
from smsgate.cli.replacing import replaced
from smsgate.config.reader import Reader
from smsgate.model.errors import ConfigError, InvalidMessageError
from smsgate.model.numbers import read_region

__all__ = ["add_to"]

FIRST, LAST = "console", "memory"
"""Adapters without a vendor: the one to begin with, and the one for tests."""
_JOURNAL = "smsgate.db"

AdapterName = Annotated[
    str | None, typer.Option("--adapter", metavar="NAME", help="Whose account it is; default: ask, or console.")
]
Given = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="SETTING=VALUE", help="A setting of the account; =@FILE names a file; may be repeated."
    ),
]

Region = Annotated[
    str | None, typer.Option(metavar="COUNTRY", help="Read numbers without a country's code there, such as ZA.")
]
KeepsJournal = Annotated[
    bool | None, typer.Option("--journal/--no-journal", help="Remember every send in a file; default: yes.")
]
Webhooks = Annotated[
    bool | None, typer.Option("--webhooks/--no-webhooks", help="Receive reports and replies by webhook; default: no.")
]
SecretsInFile = Annotated[
    bool | None,
    typer.Option(
        "--secrets-in-file/--secrets-in-env",
        help="Write secrets into FILE (mode 0600), or name environment variables; default: variables.",
    ),
]
Tests = Annotated[
    bool, typer.Option("--test/--no-test", help="Ask the vendor whether it knows the credentials; sends nothing.")
]


def add_to(app: typer.Typer, topic: str) -> None:
    """Add the command."""
    app.command(rich_help_panel=topic)(init)


def init(  # noqa: PLR0913 - a command's options are its arguments
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the settings.")] = Path("smsgate.toml"),
    *,
    adapter: AdapterName = None,
    given: Given = None,
    region: Region = None,
    journal: KeepsJournal = None,
    webhooks: Webhooks = None,
    secrets_in_file: SecretsInFile = None,
    test: Tests = True,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take defaults and options.")] = False,
    as_json: AsJson = False,
) -> int:
    """Ask for what a first text needs, try the credentials, and write a settings file with comments.

    Without a terminal give --yes, --adapter and --set.

    Exit code 1: the file is written, but the vendor did not accept the credentials, or could not be asked.
    """
    asked = answers(given or [], yes=yes)
    _check_asks(asked, yes=yes)
    overwrite = _may_overwrite(file, asked, force=force)
    chosen = _adapter(adapter, asked)
    draft = AccountDraft(chosen.name, chosen, file.parent)
    asked.settings(draft)
    result = _tried(file, draft, asked, test=test)
    country = _region(region, asked)
    remembers = asked.agrees("Remember every send in a journal?", given=journal, default=True)
    secret = _webhook_secret(chosen, asked, webhooks)
    first = FirstSettings(
        draft=draft,
        title=chosen.title or chosen.name,
        region=country,
        journal=_JOURNAL if remembers else None,
        webhook_secret=secret,
        secrets_in_file=_keeps_secrets(draft, secret, asked, given=secrets_in_file),
    )
    _write(file, first, overwrite=overwrite)
    _show(Output(as_json=as_json), file, first, result)
    return REFUSED if result.ok is False else DONE


def _tried(file: Path, draft: AccountDraft, asked: Answers, *, test: bool) -> Trial:
    """Try the account; where the vendor does not accept it, ask whether to go on."""
    result = try_account(draft.name, draft.account()) if test else Trial(None, "not tested")
    if result.ok is False:
        print_error(f"smsgate: the credentials {one_line(result.said)}")
        if not asked.agrees("Write the file all the same?", given=None, default=True):
            raise ConfigError(f"{file} was not written")
    return result


def _write(file: Path, first: FirstSettings, *, overwrite: bool) -> None:
    """Write the file, once its text has been read as any command will."""
    text = first.text()
    environ = {**os.environ, **first.exports}
    Reader(str(file), environ, folder=file.parent).read(tomllib.loads(text, parse_float=Decimal), ())
    with replaced(file, private=first.secrets_in_file) as opened:
        opened.write(text)
        _check_free(file, overwrite=overwrite)


def _check_free(file: Path, *, overwrite: bool) -> None:
    if _is_there(file) and not overwrite:
        raise ConfigError(f"{file} exists; name another file, or overwrite it with --force")


def _is_there(file: Path) -> bool:
    """Whether a file is known to be there; a folder that may not be looked into is refused as the file is written."""
    return os.path.exists(file)  # noqa: PTH110 - False where `Path.exists` raises


def _check_asks(asked: Answers, *, yes: bool) -> None:
    if not asked.asks and not yes:
        raise ConfigError(
            "cannot ask: standard input is not a terminal; give --yes, --adapter NAME and --set SETTING=VALUE"
        )


def _may_overwrite(file: Path, asked: Answers, *, force: bool) -> bool:
    """Say whether a file that is there may be replaced; raise `ConfigError` where it may not."""
    if force or not _is_there(file):
        return force
    overwrite = asked.asks and asked.agrees(f"{file} exists. Overwrite it?", given=None, default=False)
    _check_free(file, overwrite=overwrite)
    return overwrite


def _adapter(name: str | None, asked: Answers) -> type[Adapter[Settings]]:
    if name is not None:
        return adapter_named(name)
    installed = usable_adapters()
    order = sorted(installed, key=lambda each: (each != FIRST, each == LAST, each))
    titles = {each: installed[each].title or each for each in order}
    return installed[asked.choice("Which account do you have? Number or name", titles)]


def _region(given: str | None, asked: Answers) -> str | None:
    def problem(text: str) -> str | None:
        try:
            read_region(text) if text else None
        except InvalidMessageError as error:
            return str(error)
        return None

    if given is not None:
        if wrong := problem(given):
            raise ConfigError(f"--region: {wrong}")
        return read_region(given)
    answer = asked.text("Country of numbers that are written without one, such as ZA (Enter: none)", "", problem)
    return read_region(answer) if answer else None


def _webhook_secret(adapter: type[Adapter[Settings]], asked: Answers, given: bool | None) -> str | None:  # noqa: FBT001
    """Return a new secret for webhooks, or that of the environment, where they are wanted."""
    if not issubclass(adapter, ReadsWebhooks):
        if given:
            raise ConfigError(f"{adapter.name} has no webhooks; leave out --webhooks")
        return None
    if not asked.agrees("Receive delivery reports and replies by webhook?", given=given, default=False):
        return None
    return os.environ.get(WEBHOOK_SECRET) or secrets.token_urlsafe()


def _keeps_secrets(draft: AccountDraft, webhook_secret: str | None, asked: Answers, *, given: bool | None) -> bool:
    if not draft.secrets and webhook_secret is None:
        return bool(given)
    question = "Keep the secrets in the file (mode 0600)? No: in environment variables"
    return asked.agrees(question, given=given, default=False)


def _show(output: Output, file: Path, first: FirstSettings, result: Trial) -> None:
    exports = [*_exports(first)]
    if output.as_json:
        test = {"ok": result.ok, "said": result.said}
        adapter = first.draft.adapter.name
        output.json({"file": str(file), "adapter": adapter, "test": test, "exports": exports})
        return
    credentials = result.said.partition(": ")[0] if result.ok is False else result.said  # the reason was shown above
    output.show(None, {"written": str(file), "credentials": credentials})
    for line in ("\nFirst, with your own values for ...:", *exports) if exports else ():
        output.console.print(Text(line))
    output.console.print(Text('\nThen send a text: smsgate send --to NUMBER "Hello"'))


def _exports(first: FirstSettings) -> Iterator[str]:
    """Give the lines that set what is not set; a secret that was typed is not shown, one that was made here is."""
    for name, value in first.exports.items():
        if name not in os.environ:
            yield f"export {name}={shlex.quote(value) if name == WEBHOOK_SECRET else '...'}"
