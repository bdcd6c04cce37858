"""What smsgate expects of every adapter, as tests to inherit (needs pytest).

::

    class TestHooli(AdapterContract):
        adapter = Hooli
        settings = {"token": "t0ken-of-the-tests"}
        secrets = ("token",)
        recorded = {
            "POST texts": answer(201, {"id": "40124213"}),
            "GET texts/40124213": answer(200, {"id": "40124213", "state": "sent"}),
        }
        message_id = "40124213"
        refusals = {"no such number": Refusal({"POST texts": answer(422, {...})}, InvalidRecipientError)}
        statuses = {"sent": Status.SENT, "seen": Status.DELIVERED}

        def with_status(self, word: str) -> Answers:
            return {"GET texts/*": answer(200, {"id": "40124213", "state": word})}
"""

from __future__ import annotations

import pytest

from smsgate.model.errors import UnreachableError
from smsgate.testing.abilities import AbilityContract
from smsgate.testing.garbage import BROKEN
from smsgate.testing.incoming import IncomingContract
from smsgate.testing.leaks import leaks
from smsgate.testing.lost_answers import LostAnswerContract
from smsgate.testing.recorded import wire
from smsgate.testing.stub import answer
from smsgate.testing.submissions import SendingContract

__all__ = ["AdapterContract"]


class AdapterContract(SendingContract, AbilityContract, IncomingContract, LostAnswerContract):
    """Inherit from this, say what the vendor answers, and every promise of smsgate to its users is tested.

    The facts to give are `AdapterFacts`' attributes. No network is used and nothing waits. A test that does not fit
    your vendor can be overridden; say why there.
    """

    def test_settings_provider_and_adapter_do_not_show_secrets(self) -> None:
        provider, _ = self.provider()
        assert leaks(self._secrets, provider, provider.adapter, provider.adapter.settings) == []

    def test_no_request_and_no_result_shows_a_secret(self, able: str) -> None:
        provider, stub = self.provider()
        assert leaks(self._secrets, self._outcome(able, provider), *stub.requests) == []

    def test_no_error_shows_a_secret(self, able: str, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(0)
        failures = [answer(status, {}) for status in (400, 401, 403, 404, 429, 500)]
        errors = [self.outcome(able, {wire(step): said}) for step in self.steps(able) for said in failures]
        errors += [self._all_answered(able, said) for said in BROKEN.values()]
        errors.append(self._all_answered(able, UnreachableError("no connection")))
        assert leaks(self._secrets, caplog.text, *errors) == []
