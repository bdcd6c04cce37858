"""What an adapter can do is what it inherits."""

from collections.abc import Mapping

from typer.core import TyperGroup
from typer.main import get_command

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
    Submission,
    TellsBalance,
    TellsStatus,
    capabilities,
    composed,
)
from smsgate.adapter.capabilities import ABILITIES, OPERATIONS
from smsgate.blocking.provider import Provider
from smsgate.blocking.resources import Contacts, Groups, Messages, Templates, VendorOptOuts
from smsgate.cli.app import app
from smsgate.testing.calls import CALLS, MESSAGE_OPTIONS


class Least(Adapter[Settings]):
    name = "least"
    Settings = Settings

    def headers(self) -> Mapping[str, str]:
        return {}

    def send(self, message: Message, submission: Submission) -> Conversation[Accepted]:
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


def commands() -> set[str]:
    program = get_command(app)
    assert isinstance(program, TyperGroup)
    named = {name: getattr(command, "commands", None) for name, command in program.commands.items()}
    return {f"{name} {inner}" for name, group in named.items() for inner in group or ()} | {*named}


def test_an_operation_is_a_method_of_the_provider_or_of_its_facet() -> None:
    facets = {
        "contacts": Contacts,
        "groups": Groups,
        "messages": Messages,
        "templates": Templates,
        "opt_outs": VendorOptOuts,
    }
    for operation, _, method in OPERATIONS:
        if method is not None and operation.name.partition(".")[0] != "webhooks":
            facet, _, name = operation.name.replace(" ", "_").rpartition(".")
            assert hasattr(facets[facet] if facet else Provider, name), operation
    others = {"contacts.opt_in", "messages.mark_unread", "opt_outs.page"}
    declared = {operation.name for operation, _, _ in OPERATIONS} | others
    methods = {f"{facet}.{name}" for facet, kind in facets.items() for name in vars(kind) if callable(vars(kind)[name])}
    assert {name for name in methods if "._" not in name} <= declared


def test_an_operation_has_the_command_that_it_declares() -> None:
    there = commands()
    assert [operation for operation, _, _ in OPERATIONS if operation.command not in {None, *there}] == []
    of_facets = {name for name in there if name.partition(" ")[0] in {"contacts", "groups", "messages", "templates"}}
    declared = {operation.command for operation, _, _ in OPERATIONS} | {"messages mark-unread"}
    assert {name for name in of_facets if " " in name} <= declared


def test_the_contract_kit_calls_every_operation() -> None:
    assert {operation.name for operation, _, _ in OPERATIONS} - {"webhooks", "webhooks.verify"} == {*CALLS}
    assert {operation.name for operation, _, _ in OPERATIONS if operation.field} == {*MESSAGE_OPTIONS}


def test_an_abstract_method_of_an_ability_declares_an_operation() -> None:
    abstract: dict[type, frozenset[str]] = {
        ability: getattr(ability, "__abstractmethods__", frozenset()) for ability in ABILITIES
    }
    methods = {(ability, name) for ability in ABILITIES for name in abstract[ability] & vars(ability).keys()}
    operated = {(ability, method) for _, ability, method in OPERATIONS}
    assert {name for ability, name in methods - operated} == {"headers", "bulk_size", "opt_in"}
