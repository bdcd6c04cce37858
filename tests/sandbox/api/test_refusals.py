from collections.abc import Callable

import pytest
import requests

Ask = Callable[..., requests.Response]


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("faults", {"vendor": "hooli", "fault": "html"}, "hooli"),
        ("faults", {"vendor": "zoomconnect", "fault": "no_such"}, "fault must be one of refuse_number, "),
        (
            "faults",
            {"vendor": "zoomconnect", "fault": "html", "tmies": 2},
            "'tmies' is not a field; POST /_sandbox/faults takes vendor, fault, times, path",
        ),
        (
            "faults",
            {"vendor": "zoomconnect", "fault": "html", "times": 0},
            "times must be an integer of at least 1, or null, got 0",
        ),
        ("faults", {"vendor": "zoomconnect", "fault": "html", "times": True}, "times must be an integer"),
        ("faults", {"vendor": "zoomconnect", "fault": "html", "times": 1.5}, "got 1.5"),
        ("faults", {"fault": "html"}, "vendor is missing; POST /_sandbox/faults takes vendor, "),
        ("faults", [], "mapping"),
        ("replies", {"vendor": "zoomconnect", "text": "x"}, "sender"),
        ("replies", {"vendor": "zoomconnect", "sender": "x", "text": "x", "message_id": "0" * 24}, "no message"),
        ("templates", 1, "mapping"),
        ("advance", {"fortnights": 1}, "fortnights"),
        ("advance", {"days": -1}, "days must be a number from 0 to "),
        ("advance", {"weeks": 1_000_000_000}, "a number is too large"),
        ("endings", {"vendor": "zoomconnect", "outcome": "lost"}, "outcome must be one of delivered, failed, "),
        ("endings", {"vendor": "hooli"}, "no vendor 'hooli'"),
        ("reset", {"texts": True}, "'texts' is not a field; POST /_sandbox/reset takes no fields"),
        (
            "replies",
            {"vendor": "zoomconnect", "sender": "+27821234567", "text": "\ud800"},
            "text must be a text of valid",
        ),
        (
            "release",
            {"vendor": "zoomconnect", "order": [0, -1]},
            "order must be a list, each item an integer of at least 0, or null",
        ),
        ("callbacks", {"vendor": "zoomconnect", "url": "http://example.com/"}, "must be on this machine"),
        ("callbacks", {"vendor": "zoomconnect", "url": 1}, "url must be a text of valid Unicode, or null, got 1"),
        ("callbacks", {"vendor": "zoomconnect"}, "url"),
        ("callbacks", {"vendor": "salesbox", "url": "http://127.0.0.1/"}, "no webhooks"),
        ("disturbances", {"vendor": "zoomconnect", "copies": 0}, "copies must be an integer from 1 to 1000, got 0"),
        (
            "disturbances",
            {"vendor": "zoomconnect", "delay": "soon"},
            'delay must be a number from 0 to 1000000000, got "soon"',
        ),
        ("disturbances", {"vendor": "zoomconnect", "loose": 1}, "loose"),
        ("disturbances", [], "mapping"),
        ("disturbances", {}, "vendor"),
        ("release", {"vendor": "zoomconnect", "order": [0]}, "places of the 0 waiting"),
        ("release", {"vendor": "hooli"}, "hooli"),
        ("steer", {"vendor": "salesmsg", "lever": "pull"}, "no account change 'pull' (it has: deny_authorization, "),
        ("steer", {"vendor": "salesmsg", "lever": "flag_contact", "number": "12"}, "not a phone number"),
        ("steer", {"vendor": "salesmsg", "lever": "flag_contact", "eyes": "blue"}, "eyes"),
    ],
)
def test_an_impossible_request_is_explained(control: Ask, path: str, body: object, problem: str) -> None:
    answer = control("POST", path, json=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert problem in error
    assert "\n" not in error


def test_what_is_not_json_is_explained(control: Ask) -> None:
    for body in (b"{", b"\xff", b"[" * 100_000):
        answer = control("POST", "faults", data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400
        assert answer.json()["error"].startswith("the body is not JSON (")


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("messages?to=082 123 4567", 'to must be a number in E.164, such as +27821234567; %2B is a plus, got "082 '),
        ("messages?wait=61", "wait must be a number from 0 to 60, got 61.0"),
        ("messages?wait=nan", 'wait must be a number from 0 to 60, got "nan"'),
        ("messages?limit=-1", "limit must be an integer from 0 to 1000, got -1"),
        ("messages?inbound=yes", 'inbound must be true or false, got "yes"'),
        ("messages?after=1", "after is 1, but the newest text has the number 0"),
        ("messages?after=1&after=2", "'after' is there several times; give it once"),
        ("messages?vendor=hooli", "no vendor 'hooli'"),
        ("messages?form=%2B27821234567", "'form' is not a field; GET /_sandbox/messages takes to, vendor, "),
        ("requests?vendor=hooli", "no vendor 'hooli'"),
        ("requests?before=x", 'before must be an integer of at least 1, got "x"'),
        ("requests/0", "number must be an integer of at least 1, got 0"),
        ("counts", "vendor is missing; GET /_sandbox/counts takes vendor"),
    ],
)
def test_an_impossible_query_is_explained(control: Ask, path: str, problem: str) -> None:
    answer = control("GET", path)
    assert answer.status_code == 400
    assert problem in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "problem"),
    [
        ("GET", "fault", "GET /_sandbox/fault: Not Found; GET /_sandbox/openapi.json describes what there is"),
        ("PUT", "faults", "PUT /_sandbox/faults: Method Not Allowed; "),
        ("GET", "requests/7", "no request with the number 7 is kept; "),
        ("POST", "messages/7/end", "no text with the number 7 was sent; "),
    ],
)
def test_what_is_not_there_is_explained(control: Ask, method: str, path: str, problem: str) -> None:
    answer = control(method, path, json={"outcome": "failed"} if method == "POST" else None)
    assert answer.status_code in {404, 405}
    assert answer.json()["error"].startswith(problem)
