"""What a call to a webhook receiver may contain: anything, and only what is read whole is believed."""

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgate import WebhookCall, WebhookError, WebhookReading

FORM, JSON = {"content-type": "application/x-www-form-urlencoded"}, {"content-type": "Application/JSON; charset=utf-8"}


def call(query: str = "", body: bytes = b"", headers: dict[str, str] | None = None) -> WebhookCall:
    return WebhookCall(method="POST", query=query, headers=headers or {}, body=body)


def test_the_fields_of_a_query_a_form_and_a_json_object_are_the_same() -> None:
    expected = {"messageId": "40124213", "message": "Olá"}
    assert call("%20messageId=40124213&%20message=Ol%C3%A1").fields() == expected
    assert call(body=b"messageId=40124213&message=Ol%C3%A1", headers=FORM).fields() == expected
    assert call(body='{"messageId": "40124213", "message": "Olá"}'.encode(), headers=JSON).fields() == expected


def test_a_query_and_a_body_are_merged_where_they_agree() -> None:
    assert call("a=1&b=2", b'{"b": 2, "c": null}', JSON).fields() == {"a": "1", "b": 2, "c": None}


@pytest.mark.parametrize(
    ("made", "status", "reason"),
    [
        (call("messageId=1&messageId=2"), 400, "the query has a field twice"),
        (call(body=b"a=1&a=1", headers=FORM), 400, "the form has a field twice"),
        (call(body=b'{"a": 1, "a": 1}', headers=JSON), 400, "the JSON body has a field twice"),
        (call("a=1", b'{"a": 2}', JSON), 400, "different values of one field"),
        (call("a=%ff"), 400, "the query is not UTF-8"),
        (call(body=b"a=%ff", headers=FORM), 400, "the form is not UTF-8"),
        (call(body=b'{"a": "\xff"}', headers=JSON), 400, r"the body is not UTF-8 \(byte 7\)"),
        (call(body=rb'{"a": "\ud83d"}', headers=JSON), 400, "no JSON of whole characters"),
        (call(body=b'{"a": NaN}', headers=JSON), 400, "no JSON of whole characters"),
        (call(body=b'{"a": ' + b"1" * 5000 + b"}", headers=JSON), 400, "no JSON of whole characters"),
        (call(body=b'{"a"', headers=JSON), 400, "no JSON of whole characters"),
        (call(body=b"[1]", headers=JSON), 400, "the JSON body is not an object"),
        (call(body=b'{"a":' * 20 + b"[[1]]" + b"}" * 20, headers=JSON), 400, "nested over 20 deep"),
        (call("&".join(f"f{each}=1" for each in range(101))), 400, "the query has over 100 fields"),
        (call(body=b" " * 65_537), 413, "the body has over 65,536 bytes"),
        (
            call(body=b"a=1"),
            415,
            "not application/x-www-form-urlencoded or application/json",
        ),
        (call(body=b"<a/>", headers={"content-type": "text/xml"}), 415, "the body is not"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(made: WebhookCall, status: int, reason: str) -> None:
    with pytest.raises(WebhookError, match=reason) as raised:
        made.fields()
    assert raised.value.status == status


@given(query=st.text(), body=st.binary(), headers=st.sampled_from([{}, FORM, JSON]))
def test_whatever_comes_is_read_or_refused(query: str, body: bytes, headers: dict[str, str]) -> None:
    with suppress(WebhookError):
        assert all(isinstance(name, str) for name in call(query, body, headers).fields())


def test_neither_query_headers_nor_body_are_shown() -> None:
    made = call("token=canary", b"canary", {"x-secret": "canary"})
    assert "canary" not in repr(made)


def test_a_time_without_a_zone_is_an_error_of_the_adapter() -> None:
    with pytest.raises(ValueError, match="sent_at 2026-11-22 00:00:00 has no time zone"):
        WebhookReading((), sent_at=datetime(2026, 11, 22))  # noqa: DTZ001
