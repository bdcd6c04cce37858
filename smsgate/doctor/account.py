"""One provider's account: its stores, its credentials, its balance, the vendor's clock, and what is presumed of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext

from attrs import field, frozen

from smsgate.adapter.adapter import Adapter
from smsgate.adapter.credentials import RenewsCredentials
from smsgate.adapter.deadline import Deadline
from smsgate.adapter.settings import Settings
from smsgate.blocking.provider import Provider
from smsgate.config import Account
from smsgate.doctor.clock import clock_finding
from smsgate.doctor.credentials import accepted, refused, unexpected
from smsgate.doctor.finding import Finding, FindingState
from smsgate.doctor.first_read import Reading, first_read
from smsgate.doctor.guards import Need, examine_balance
from smsgate.doctor.pace import examine_pace
from smsgate.doctor.presumed import examine_presumptions
from smsgate.doctor.subject import Subject
from smsgate.doctor.tokens import UnchangedTokens, examine_tokens
from smsgate.doctor.watched import WatchedTransport
from smsgate.model.balance import Balance
from smsgate.model.errors import ConfigError, ProviderError
from smsgate.transport.http import HttpTransport

__all__ = ["examine_account"]


def examine_account(  # noqa: PLR0913, PLR0917 - what it is checked by
    subject: Subject,
    name: str,
    account: Account,
    seconds: float,
    clock: Callable[[], float],
    needs: Sequence[Need] = (),
) -> Iterator[Finding]:
    """Check an account in `seconds` for all requests together; `clock` gives ours, in seconds since 1970.

    `needs` say from which balance on down there is a warning.
    """
    try:
        adapter = account.adapter(account.settings, provider=name)
        transport = WatchedTransport(HttpTransport(account.settings), clock)
        tokens = _tokens(adapter, transport)
    except ConfigError as error:
        yield subject.problem("settings", str(error))
        return
    with nullcontext() if tokens is None else closing(tokens):
        pace, store = examine_pace(subject, adapter)
        yield pace
        stored = None if tokens is None else examine_tokens(subject, tokens.store)
        if stored is not None:
            yield stored
            if stored.state is FindingState.PROBLEM:
                yield subject.not_checked("credentials", "there is no token without its store")
                return
        with closing(Provider(name, adapter, transport, pace_store=store, token_store=tokens)) as provider:
            yield from _Questions(subject, provider, transport, tokens, Deadline.of(seconds), needs).findings()


def _tokens(adapter: Adapter[Settings], transport: WatchedTransport) -> UnchangedTokens | None:
    if not isinstance(adapter, RenewsCredentials):
        return None
    return UnchangedTokens(adapter.token_store(), lambda: transport.status is not None)


@frozen
class _Questions:
    """What the vendor is asked; all of it has one deadline."""

    subject: Subject
    provider: Provider
    transport: WatchedTransport
    tokens: UnchangedTokens | None
    deadline: Deadline
    needs: Sequence[Need]
    reading: Reading = field(factory=Reading)

    def findings(self) -> Iterator[Finding]:
        """Ask for what shows whether the credentials are right, and then look at what is presumed."""
        answers = False
        for finding in self._first():
            answers = answers or (finding.check == "credentials" and finding.state is FindingState.OK)
            yield finding
        if self.transport.status is not None:
            yield clock_finding(self.subject, self.transport.ahead)
        yield from examine_presumptions(self.subject, self.provider, self.deadline, self.reading, reachable=answers)

    def _first(self) -> Iterator[Finding]:
        adapter, read = self.provider.adapter, first_read(self.provider)
        if read is None:
            what = f"{adapter.name} has no request that only reads, with these settings"
            yield self.subject.not_checked("credentials", what)
            return
        what, conversation = read
        try:
            answer = self.provider.converse("doctor", self.reading.of(conversation), deadline=self.deadline)
        except ProviderError as error:
            yield from refused(self.subject, adapter, error, status=self.transport.status, tokens=self.tokens)
        except Exception as error:  # noqa: BLE001 - a plug-in's own
            yield unexpected(self.subject, "connection", error)
        else:
            yield from accepted(self.subject, adapter, what, answer)
            if isinstance(answer, Balance):
                yield from examine_balance(self.subject, answer, self.needs)
