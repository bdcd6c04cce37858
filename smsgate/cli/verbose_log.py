"""`smsgate --verbose`: what smsgate logs, on standard error, with the secrets of the settings struck out."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from smsgate.adapter.settings import without
from smsgate.cli.error_lines import print_error
from smsgate.cli.output import moment, one_line
from smsgate.config import Config

__all__ = ["hide_secrets", "is_verbose", "verbose_log"]

_LOG = logging.getLogger("smsgate")


class _Lines(logging.Handler):
    """Writes one line for each record."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        said = one_line(without(record.getMessage(), self.secrets))
        at = moment(datetime.fromtimestamp(record.created, UTC))
        print_error(f"{at}  {record.levelname.lower():<7}  {record.name}: {said}")


@contextmanager
def verbose_log() -> Iterator[None]:
    """Log everything of smsgate while a command runs."""
    lines, level = _Lines(), _LOG.level
    _LOG.addHandler(lines)
    _LOG.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        _LOG.setLevel(level)
        _LOG.removeHandler(lines)


def is_verbose() -> bool:
    """Whether all that is logged is shown."""
    return any(_handlers())


def hide_secrets(config: Config) -> None:
    """Strike the secrets of these settings out of what is logged."""
    webhooks = config.webhooks
    common, own = ((), ()) if webhooks is None else (webhooks.secret, webhooks.secrets.values())
    for lines in _handlers():
        lines.secrets.update(common, *own, *(account.settings.secrets for account in config.accounts.values()))


def _handlers() -> Iterable[_Lines]:
    return (handler for handler in _LOG.handlers if isinstance(handler, _Lines))
