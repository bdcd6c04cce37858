from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
import requests

from smsgate.sandbox import Sandbox

Ask = Callable[..., requests.Response]

# Every row of the vendor's REST guide, and its number look-up.
ENDPOINTS = [
    "GET account/balance",
    "GET account/statistics",
    "POST account/transfer",
    "GET account/user",
    "PUT account/user",
    "GET account/user/1",
    "POST account/user/1",
    "GET sms/send",
    "POST sms/send",
    "GET sms/send-bulk",
    "POST sms/send-bulk",
    "GET sms/send-url-parameters",
    "POST sms/send-url-parameters",
    "GET sms/send-url/some-token",
    "POST sms/send-url/some-token",
    "GET contacts/all",
    "POST contacts/create",
    "DELETE contacts/1",
    "GET contacts/1",
    "POST contacts/1",
    "GET contacts/1/addFromGroup/2",
    "POST contacts/1/addFromGroup/2",
    "GET contacts/1/addToGroup/2",
    "POST contacts/1/addToGroup/2",
    "GET groups/all",
    "POST groups/create",
    "GET groups/1",
    "DELETE groups/1",
    "POST groups/1",
    "GET groups/1/addContact/2",
    "POST groups/1/addContact/2",
    "GET groups/1/removeContact/2",
    "POST groups/1/removeContact/2",
    "GET messages/all",
    "POST messages/analyse/full",
    "POST messages/analyse/message-credit-cost",
    "POST messages/analyse/message-encoding",
    "POST messages/analyse/message-length",
    "POST messages/analyse/message-length-within-max-allowed",
    "POST messages/analyse/number-of-messages",
    "GET messages/1",
    "DELETE messages/1",
    "PUT messages/1/markRead",
    "POST messages/1/markRead",
    "PUT messages/1/markUnread",
    "POST messages/1/markUnread",
    "GET templates/all",
    "GET templates/1",
    "DELETE templates/1",
    "GET context/lookup",
    "POST context/lookup",
]
WITH_BODY = [
    "POST account/transfer",
    "PUT account/user",
    "POST account/user/1",
    "POST sms/send",
    "POST sms/send-bulk",
    "POST contacts/create",
    "POST groups/create",
    "POST messages/analyse/full",
    "POST messages/analyse/message-length",
    "POST context/lookup",
]


@pytest.mark.parametrize("suffix", ["", ".json"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_every_endpoint_of_the_guide_asks_for_credentials(endpoint: str, suffix: str, ask: Ask) -> None:
    method, path = endpoint.split()
    answer = ask(method, path + suffix, headers={"token": "wrong"})
    assert (answer.status_code, answer.json()["message"]) == (401, "Unauthorized")


def test_a_path_that_is_not_in_the_guide_is_not_found(ask: Ask) -> None:
    answer = ask("GET", "account/blance")
    assert (answer.status_code, answer.json()["status"]) == (404, "404")


def test_an_id_cannot_escape_its_path(ask: Ask) -> None:
    assert ask("GET", "messages/..%2F..%2Faccount%2Fbalance").status_code == 404


def test_a_method_that_is_not_in_the_guide_is_refused(ask: Ask) -> None:
    answer = ask("DELETE", "account/balance")
    assert (answer.status_code, answer.json()["status"]) == (405, "405")


@pytest.mark.parametrize(
    "credentials",
    [{}, {"email": "sandbox@example.com"}, {"email": "else@example.com", "token": "zoomconnect-sandbox-token"}],
)
def test_wrong_or_missing_credentials_are_refused(credentials: dict[str, str], sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.url('zoomconnect')}/account/balance.json", headers=credentials, timeout=10)
    assert answer.status_code == 401


def test_credentials_may_come_by_basic_authentication(sandbox: Sandbox) -> None:
    pair = b64encode(b"sandbox@example.com:zoomconnect-sandbox-token").decode()
    headers = {"Authorization": f"Basic {pair}"}
    answer = requests.get(f"{sandbox.url('zoomconnect')}/account/balance", headers=headers, timeout=10)
    assert answer.status_code == 200


def test_credentials_may_come_in_the_query(sandbox: Sandbox) -> None:
    credentials = dict(sandbox.credentials("zoomconnect"))
    answer = requests.get(f"{sandbox.url('zoomconnect')}/account/balance", params=credentials, timeout=10)
    assert answer.status_code == 200


@pytest.mark.parametrize("accept", [None, "*/*", "application/xml", "text/html"])
def test_xml_comes_back_unless_json_is_asked_for(accept: str | None, ask: Ask) -> None:
    answer = ask("GET", "account/balance", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "application/xml"
    tree = ET.fromstring(answer.content)
    assert (tree.tag, tree.findtext("creditBalance")) == ("webServiceAccount", "1000000.0")


def test_the_json_suffix_asks_for_json_too(ask: Ask) -> None:
    answer = ask("GET", "account/balance.json", headers={"Accept": None})
    assert answer.json() == {"creditBalance": 1_000_000.0, "links": []}


def test_errors_lists_and_scalars_come_as_xml_too(ask: Ask, send: Ask) -> None:
    send(text="a < b")
    send()
    as_xml = {"Accept": "application/xml"}
    listed = ET.fromstring(ask("GET", "messages/all", headers=as_xml).content)
    assert [item.findtext("message") for item in listed.iter("webServiceMessages")][1:] == ["hello", "a < b"]
    question = {"message": "hello"}
    scalar = ET.fromstring(ask("POST", "messages/analyse/message-length", json=question, headers=as_xml).content)
    assert (scalar.tag, scalar.text) == ("int", "5")
    analysis = ask("POST", "messages/analyse/full", json={**question, "recipientNumber": "0821234567"}, headers=as_xml)
    assert ET.fromstring(analysis.content).findtext("messageEncoding") == "GSM7"
    error = ET.fromstring(ask("GET", "messages/1", headers=as_xml).content)
    assert (error.tag, error.findtext("status"), error.findtext("message")) == (
        "restErrorDTO",
        "404",
        "Message not found",
    )


@pytest.mark.parametrize("endpoint", WITH_BODY)
def test_a_body_that_does_not_say_that_it_is_json_is_refused(endpoint: str, ask: Ask) -> None:
    method, path = endpoint.split()
    assert ask(method, path, data=b"{}").status_code == 415
    assert ask(method, path, data=b"{}", headers={"Content-Type": "text/xml"}).status_code == 415


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'"text"', b"null", b'{"mesage": "x"}'])
@pytest.mark.parametrize("endpoint", [endpoint for endpoint in WITH_BODY if "lookup" not in endpoint])
def test_a_body_that_is_not_the_documented_object_is_refused(endpoint: str, body: bytes, ask: Ask) -> None:
    method, path = endpoint.split()
    answer = ask(method, path, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "endpoint", ["GET account/balance", "GET messages/all", "GET contacts/all", "POST sms/send", "GET templates/all"]
)
def test_a_parameter_that_is_not_in_the_guide_is_refused(endpoint: str, ask: Ask) -> None:
    method, path = endpoint.split()
    answer = ask(method, path, params={"pgae": "2"}, json={})
    assert (answer.status_code, answer.json()["message"]) == (400, "Unrecognised or repeated parameter 'pgae'")


def test_a_parameter_given_twice_is_refused(ask: Ask) -> None:
    assert ask("GET", "messages/all?page=1&page=2").status_code == 400


def test_ids_are_24_hexadecimal_digits_that_begin_with_the_second_in_utc(send: Ask, ask: Ask) -> None:
    message_id = send().json()["messageId"]
    contact_id = ask("POST", "contacts/create", json={"contactNumber": "0821234567"}).json()["contactId"]
    group_id = ask("POST", "groups/create", json={"name": "x"}).json()["groupId"]
    assert len({message_id, contact_id, group_id}) == 3
    for made in (message_id, contact_id, group_id):
        assert len(made) == 24
        moment = datetime.fromtimestamp(int(made[:8], 16), UTC)
        assert timedelta() <= datetime.now(UTC) - moment < timedelta(minutes=1)


def test_every_object_links_to_itself(ask: Ask, sandbox: Sandbox) -> None:
    contact = ask("POST", "contacts/create", json={"contactNumber": "0821234567"}).json()
    href = f"{sandbox.url('zoomconnect')}/contacts/{contact['contactId']}"
    assert contact["links"] == [{"rel": "self", "href": href, "templated": False}]


@pytest.mark.parametrize(("number", "valid"), [("+27821234567", True), ("0821234567", True), ("12", False)])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_number_can_be_looked_up(method: str, number: str, valid: bool, ask: Ask) -> None:  # noqa: FBT001
    answer = ask(method, "context/lookup", json=number).json()
    assert (answer["number"], answer["numberValid"]) == (number, valid)


def test_only_one_bare_string_can_be_looked_up(ask: Ask) -> None:
    assert ask("POST", "context/lookup", json={"numbers": ["0821234567"]}).status_code == 400
