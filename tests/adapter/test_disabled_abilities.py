"""An account's settings may rule out what its adapter can do in principle."""

from collections.abc import Mapping

import pytest

from smsgate import (
    Accepted,
    Adapter,
    Balance,
    ChoosesSender,
    Conversation,
    InvalidMessageError,
    Level,
    Message,
    Provider,
    Settings,
    Submission,
    TellsBalance,
    UnsupportedError,
)
from smsgate.testing import StubTransport


class Hooli(Adapter[Settings], TellsBalance, ChoosesSender):
    name = "hooli"
    Settings = Settings

    def __init__(self, *, old: bool) -> None:
        super().__init__(Settings(base_url="https://hooli.test"), provider="hooli")
        self.old = old

    def headers(self) -> Mapping[str, str]:
        return {}

    def disabled_abilities(self) -> Mapping[type, str]:
        return {TellsBalance: 'set api_version = "2"', ChoosesSender: 'set api_version = "2"'} if self.old else {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
        yield from ()
        return Accepted(message_id=message.text)

    def balance(self) -> Conversation[Balance]:
        yield from ()
        raise UnsupportedError("asked")


def provider(*, old: bool) -> Provider:
    return Provider("work", Hooli(old=old), StubTransport())


def test_a_disabled_ability_is_refused_with_the_fix() -> None:
    with pytest.raises(UnsupportedError, match=r'^work \(hooli\) has no balance; set api_version = "2"$'):
        provider(old=True).balance()
    with pytest.raises(InvalidMessageError, match=r'^work \(hooli\) takes no sender; set api_version = "2"$'):
        provider(old=True).send(Message("+27821234567", "hello", sender="Hooli"))


def test_an_enabled_ability_is_called() -> None:
    with pytest.raises(UnsupportedError, match=r"^asked$"):
        provider(old=False).balance()
    assert provider(old=False).send(Message("+27821234567", "hello", sender="Hooli")).message_id == "hello"


def test_the_table_is_true_of_the_account() -> None:
    assert [provider(old=old).capabilities["balance"] for old in (True, False)] == [None, Level.NATIVE]
    assert [provider(old=old).can(TellsBalance) for old in (True, False)] == [False, True]
