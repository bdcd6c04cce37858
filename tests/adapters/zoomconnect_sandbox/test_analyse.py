from collections.abc import Callable

import pytest
import requests

from smsgate_zoomconnect_sandbox import parts

Ask = Callable[..., requests.Response]


def _analyse(ask: Ask, question: str, text: str) -> object:
    body = {"message": text, "recipientNumber": "+27821234567"}
    return ask("POST", f"messages/analyse/{question}", json=body).json()


def test_the_full_analysis_answers_every_question(ask: Ask) -> None:
    assert _analyse(ask, "full", "a€") == {
        "characterAnalysis": [["a", 1], ["€", 2]],
        "messageCreditCost": 1.0,
        "messageEncoding": "GSM7",
        "messageLength": 3,
        "messageLengthWithinMaximumAllowed": True,
        "numberOfMessages": 1,
    }


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("message-credit-cost", 2.0),
        ("message-encoding", "UCS2"),
        ("message-length", 71),
        ("message-length-within-max-allowed", True),
        ("number-of-messages", 2),
    ],
)
def test_a_single_question_has_a_bare_scalar_for_an_answer(question: str, answer: object, ask: Ask) -> None:
    given = _analyse(ask, question, "ж" * 71)
    assert (given, type(given)) == (answer, type(answer))


def test_only_questions_of_price_need_a_number(ask: Ask) -> None:
    for question in ("message-encoding", "message-length", "message-length-within-max-allowed", "number-of-messages"):
        assert ask("POST", f"messages/analyse/{question}", json={"message": "x"}).status_code == 200
    for question in ("full", "message-credit-cost"):
        answer = ask("POST", f"messages/analyse/{question}", json={"message": "x"})
        assert (answer.status_code, answer.json()["code"]) == (400, 2)


def test_an_empty_message_cannot_be_analysed(ask: Ask) -> None:
    assert ask("POST", "messages/analyse/message-length", json={"message": ""}).status_code == 400


@pytest.mark.parametrize(
    ("text", "encoding", "length", "count"),
    [
        ("x" * 160, "GSM7", 160, 1),
        ("x" * 161, "GSM7", 161, 2),
        ("x" * 306, "GSM7", 306, 2),
        ("x" * 307, "GSM7", 307, 3),
        ("€" * 80, "GSM7", 160, 1),
        ("x" * 152 + "€" + "x" * 153, "GSM7", 307, 3),  # the escape sequence is not cut in two
        ("x" * 152 + "€" + "x" * 151, "GSM7", 305, 2),
        ("ж" * 70, "UCS2", 70, 1),
        ("ж" * 71, "UCS2", 71, 2),
        ("ж" * 134, "UCS2", 134, 2),
        ("ж" * 135, "UCS2", 135, 3),
        ("👍" * 35, "UCS2", 70, 1),
        ("👍" * 67, "UCS2", 134, 3),  # 33 pairs to a part: a pair is not cut in two
        ("`", "UCS2", 1, 1),
    ],
)
def test_parts_are_counted(text: str, encoding: str, length: int, count: int) -> None:
    counted = parts.count(text)
    assert (counted.encoding, counted.length, counted.parts) == (encoding, length, count)


def test_more_than_ten_parts_are_not_allowed() -> None:
    assert parts.count("x" * 1530).allowed
    assert not parts.count("x" * 1531).allowed
