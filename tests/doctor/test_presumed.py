"""What an adapter presumes: each fact is a finding, whatever its check does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from smsgate import Answer, Conversation, Effect, NotFoundError, Presumption, Provider, Request, Settings
from smsgate.adapter.deadline import Deadline
from smsgate.doctor import Finding, FindingState
from smsgate.doctor.first_read import Reading
from smsgate.doctor.presumed import examine_presumptions
from smsgate.doctor.subject import Subject
from smsgate.testing import StubTransport, answer
from tests.plain_adapter import Plain


def says(*answers: bool | None) -> Iterator[Presumption]:
    """Give a fact for each, whose check reads a list first."""

    def check(*, found: bool | None) -> Conversation[bool | None]:
        yield Request("GET", "list", query={"page": 1})
        return found

    for found in answers:
        yield Presumption("Lists are short.", "They are long.", partial(check, found=found))


def examined(
    presumptions: Iterable[Presumption], *answers: Answer, reachable: bool = True
) -> tuple[list[Finding], StubTransport]:
    class Presuming(Plain):
        def presumptions(self) -> Iterable[Presumption]:
            return presumptions

    stub = StubTransport(answers)
    provider = Provider("a", Presuming(Settings(base_url="http://127.0.0.1:9", read_attempts=1), provider="a"), stub)
    subject = Subject("provider a")
    return [*examine_presumptions(subject, provider, Deadline.of(5), Reading(), reachable=reachable)], stub


def test_each_answer_of_a_check_is_a_finding_and_a_request_is_made_once() -> None:
    findings, stub = examined(says(True, False, None), answer(200, []))
    assert [each.state for each in findings] == [FindingState.OK, FindingState.WARNING, FindingState.NOT_CHECKED]
    assert findings[1].text == "not so here: Lists are short. They are long."
    assert len(stub.requests) == 1


def test_a_fact_without_a_check_and_a_vendor_that_cannot_be_asked_are_not_checked() -> None:
    findings, _ = examined([Presumption("Texts arrive.", "They do not.")])
    unreachable, stub = examined(says(True), reachable=False)
    assert {each.state for each in (*findings, *unreachable)} == {FindingState.NOT_CHECKED}
    assert stub.requests == []


def test_a_check_that_would_change_something_is_not_asked() -> None:
    def changing() -> Conversation[bool | None]:
        yield Request("DELETE", "texts", effect=Effect.IDEMPOTENT)
        return True

    [finding], stub = examined([Presumption("Texts can go.", "They stay.", changing)])
    assert finding.state is FindingState.PROBLEM
    assert "TypeError" in finding.text
    assert stub.requests == []


def test_a_check_meets_the_vendors_errors_and_one_that_it_leaves_is_not_judged() -> None:
    def meeting() -> Conversation[bool | None]:
        try:
            yield Request("GET", "texts/{id}", ids={"id": "1"})
        except NotFoundError:
            return True
        return False

    fact = Presumption("An unknown text is a 404.", "It is not.", meeting)
    [[known], _], [[other], _] = examined([fact], answer(404, {})), examined([fact], answer(500, {}))
    assert known.state is FindingState.OK
    assert other.state is FindingState.NOT_CHECKED
    assert "the vendor failed" in other.text
