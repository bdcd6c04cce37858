"""What an adapter can do is what it inherits."""

from collections.abc import Mapping

from smsgate import (
    Accepted,
    Adapter,
    AnalysesRemotely,
    Balance,
    Conversation,
    DeliveryReport,
    Effect,
    Level,
    Message,
    RemoteAnalysis,
    Request,
    SendsLater,
    Settings,
    TellsBalance,
    TellsStatus,
    capabilities,
    composed,
)


class Least(Adapter[Settings]):
    name = "least"
    Settings = Settings

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message) -> Conversation[Accepted]:
        yield Request("POST", message.to, effect=Effect.SENDS)
        return Accepted(message_id="1")


class More(Least, SendsLater, TellsStatus, TellsBalance):
    def status(self, message_id: str) -> Conversation[DeliveryReport]:
        raise NotImplementedError

    @composed
    def balance(self) -> Conversation[Balance]:
        raise NotImplementedError


class Most(More, AnalysesRemotely):
    def analyse(self, message: Message) -> Conversation[RemoteAnalysis]:
        raise NotImplementedError


def had(adapter: type[Adapter[Settings]]) -> dict[str, Level]:
    return {operation: level for operation, level in capabilities(adapter).items() if level is not None}


def test_the_least_adapter_sends_and_the_rest_is_done_here() -> None:
    assert had(Least) == {"send": Level.NATIVE, "send bulk": Level.COMPOSED, "analyse": Level.ESTIMATED}


def test_an_ability_that_is_inherited_is_in_the_table_at_its_level() -> None:
    assert had(More) == {
        **had(Least),
        "send later": Level.NATIVE,
        "status": Level.NATIVE,
        "balance": Level.COMPOSED,
    }


def test_what_the_vendor_does_itself_is_not_done_here() -> None:
    assert had(Most) == {**had(More), "analyse": Level.NATIVE}


def test_every_adapter_has_the_same_table_of_operations() -> None:
    assert list(capabilities(Least)) == list(capabilities(More))
    assert next(iter(capabilities(Least))) == "send"
