"""What people agreed to, as the journal knows it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from smsgate.engine import Engine
from smsgate.journal import JournalEvidence
from smsgate.model.consent import Consent, RecordedConsent
from smsgate.model.errors import InvalidMessageError
from smsgate.model.numbers import read_line

__all__ = ["AsyncConsents"]


class AsyncConsents:
    """What people agreed to; `gateway.consents` gives it.

    Messages add to it by their `consent`. Numbers are read as those of messages are, and match every spelling of their
    line.
    """

    def __init__(self, evidence: JournalEvidence, region: str | None, engine: Engine) -> None:
        self._evidence = evidence
        self._region = region
        self._engine = engine

    async def record(self, number: str, consent: Consent) -> None:
        """Record what a person agreed to; the same version, words and time are kept once."""
        if not isinstance(consent, Consent):
            raise InvalidMessageError(f"record takes a Consent, got {type(consent).__name__}")
        await self._engine.call(self._evidence.record_consent, read_line(number, self._region), consent)

    async def list(self, number: str) -> AsyncGenerator[RecordedConsent, None]:
        """Give what a person agreed to, in the order of time; an erased person's is found by the number too."""
        for each in (await self._engine.call(self._evidence.person, read_line(number, self._region))).consents:
            yield each
