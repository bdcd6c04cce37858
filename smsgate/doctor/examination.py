"""Checks an installation: everything at the same time, and nothing is changed or sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from itertools import chain
from queue import Empty, SimpleQueue
from threading import Thread

from smsgate.config import Config
from smsgate.config.answered_twice import FIX, answered_twice
from smsgate.doctor.account import examine_account
from smsgate.doctor.credentials import unexpected
from smsgate.doctor.finding import Finding
from smsgate.doctor.guards import Need, needs_of
from smsgate.doctor.journal import examine_journal
from smsgate.doctor.subject import Subject
from smsgate.doctor.webhooks import examine_webhooks
from smsgate.model.errors import ConfigError
from smsgate.model.spelling import did_you_mean

__all__ = ["examine"]

GRACE = 5.0
"""Seconds beyond the deadline for what has none, such as looking up the name of a host."""


def examine(
    settings: Config | Callable[[], Config],
    *,
    provider: str | None = None,
    deadline: float = 10.0,
    min_balance: Decimal | None = None,
    clock: Callable[[], float] = time.time,
) -> Iterator[Finding]:
    """Check settings, accounts, the journal and webhooks; yield each finding as it is known, subject after subject.

    `settings` are read settings, or what reads them: every error in them becomes a finding, and nothing else is checked
    then. With `provider` only that account and its webhook address are. Each subject has `deadline` seconds, all of
    them at the same time. Only requests that read are made; tokens are not renewed; files that are not there are not
    made. It works beside processes that send. `clock` is this machine's, in seconds since 1970.

    A balance below `min_balance`, in its own unit, is a warning, as is one below what a money budget allows.

    Raises `ConfigError` for a provider that is not there; whatever else fails is a finding.
    """
    subject = Subject("settings")
    try:
        config = settings if isinstance(settings, Config) else settings()
    except ConfigError as error:
        yield from (subject.problem("settings", problem) for problem in error.problems)
        return
    accounts = config.accounts if provider is None else {provider: config.accounts[_known(provider, config)]}
    yield subject.ok("settings", f"can be read; providers: {', '.join(config.accounts)}")
    least = [] if min_balance is None else [Need(min_balance, None, f"{min_balance} are wanted", "buy credit")]
    twice = answered_twice(accounts, config.opt_out.answers())
    parts = [
        _Part(
            subject := Subject(f"provider {name}"),
            chain(
                [subject.warning("answers", twice[name], FIX)] if name in twice else [],
                examine_account(subject, name, account, deadline, clock, [*least, *needs_of(config, name)]),
            ),
        )
        for name, account in accounts.items()
    ]
    if provider is None:
        journal = examine_journal(subject := Subject("journal"), config.journal, deadline, config.guards)
        parts.append(_Part(subject, journal))
    parts.append(_Part(subject := Subject("webhooks"), examine_webhooks(subject, config.webhooks, accounts, deadline)))
    ends = time.monotonic() + deadline + GRACE
    for part in parts:
        yield from part.findings(ends, deadline)


def _known(provider: str, config: Config) -> str:
    if provider not in config.accounts:
        there = ", ".join(config.accounts)
        raise ConfigError(f"no provider {provider!r} (there are: {there}){did_you_mean(provider, config.accounts)}")
    return provider


class _Part:
    """The check of one subject, in a thread of its own: one that waits for ever keeps no program from ending."""

    def __init__(self, subject: Subject, findings: Iterator[Finding]) -> None:
        self._subject = subject
        self._found: SimpleQueue[Finding | None] = SimpleQueue()
        Thread(target=partial(self._work, findings), name="smsgate-doctor", daemon=True).start()

    def findings(self, ends: float, deadline: float) -> Iterator[Finding]:
        """Yield the findings as they come, until a moment of the monotonic clock."""
        try:
            while (finding := self._found.get(timeout=max(0.0, ends - time.monotonic()))) is not None:
                yield finding
        except Empty:
            what = f"nothing more was known after {deadline:g} s"
            yield self._subject.problem("deadline", what, "look at the network and its name servers")

    def _work(self, findings: Iterator[Finding]) -> None:
        try:
            for finding in findings:
                self._found.put(finding)
        except Exception as error:  # noqa: BLE001 - a check that fails is a finding
            self._found.put(unexpected(self._subject, "examination", error))
        finally:
            self._found.put(None)
