"""The contract of abilities, as far as it applies where no request is made; that of requests does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from smsgate import Adapter, Provider, Settings
from smsgate.testing import AdapterContract, Answers, StubTransport
from smsgate.testing.abilities import AbilityContract
from smsgate.testing.recorded import Refusal
from smsgate_memory import Console, Memory

PARTS = AdapterContract.__mro__
"""The whole contract is imported first, so that the asserts of its parts are rewritten."""


class TestMemory(AbilityContract):
    adapter: ClassVar[type[Adapter[Settings]]] = Memory
    settings: ClassVar[Mapping[str, object]] = {}
    secrets = ()
    recorded: ClassVar[Answers] = {}
    refusals: ClassVar[Mapping[str, Refusal]] = {}

    def provider(self, answers: Answers = {}) -> tuple[Provider, StubTransport]:  # noqa: B006 - never changed
        provider, stub = super().provider(answers)
        assert isinstance(provider.adapter, Memory)
        provider.adapter.outbox.add(self.message_id, self.message)
        return provider, stub

    def test_it_is_a_part_of_the_whole_contract(self) -> None:
        assert AbilityContract in PARTS

    def test_no_operation_makes_a_request(self, able: str) -> None:
        assert self.steps(able) == []

    def test_as_many_media_as_the_vendor_takes_reach_it_without_a_text_and_more_are_refused(self) -> None:
        """They are kept: tests/adapters/memory/test_memory.py."""

    def test_refused_and_failed_questions_raise_what_they_mean(self, able: str) -> None:
        """Nothing is asked."""

    def test_an_unknown_id_is_not_found(self, able: str) -> None:
        """No vendor says so: tests/adapters/memory/test_memory.py."""

    def test_answers_that_cannot_be_read_are_typed_errors(self, able: str) -> None:
        """Nothing is answered."""

    def test_an_unmapped_word_is_unknown_and_kept(self) -> None:
        """No vendor has words."""


class TestConsole(TestMemory):
    adapter = Console
