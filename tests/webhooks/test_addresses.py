"""The addresses that vendors are given: whose secret opens which, and what the id of a submission in one does."""

from __future__ import annotations

import logging

import pytest

from smsgate import ConfigError, DeliveryReport, Gateway, SqliteJournal, WebhookSettings
from smsgate.webhooks import Receiver, WebhookAnswer, WebhookRequest
from tests.stub_provider import accepting
from tests.webhooks.calls import SECRET, Application, gateway, post, report, sales, webhooks, zoom

NEW, OLD, OTHER = "n3w-secret-of-zoom-1", "old-secret-of-zoom-1", "secret-of-sales-only"
ID = "0123456789abcdefghij"
SENT = b'{"event": "message.sent", "data": {"message": {"id": 1, "conversation_id": 2, "status": "sent"}}}'


@pytest.fixture(name="application")
def _application() -> Application:
    return Application()


def opened(settings: WebhookSettings) -> Gateway:
    return Gateway([zoom(), sales(), accepting("dumb")], default_region="ZA", webhooks=settings)


# Secrets -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "right", "wrong"),
    [
        (
            webhooks(secret=[NEW, OLD]),
            [("zoom", NEW), ("zoom", OLD), ("sales", NEW), ("sales", OLD)],
            [("zoom", OTHER)],
        ),
        (
            webhooks(secret=OTHER, secrets={"zoom": [NEW, OLD]}),
            [("zoom", NEW), ("zoom", OLD), ("sales", OTHER)],
            [("zoom", OTHER), ("sales", NEW), ("sales", OLD)],
        ),
        (
            WebhookSettings(secrets={"zoom": NEW, "sales": OTHER}),
            [("zoom", NEW), ("sales", OTHER)],
            [("zoom", OTHER), ("sales", NEW), ("zoom", "")],
        ),
    ],
    ids=["two common ones", "one provider's own", "no common one"],
)
@pytest.mark.parametrize("form", ["/{0}/{1}", "/{0}?secret={1}", "/{0}/{1}/abc", "/{0}/abc?secret={1}"])
def test_a_secret_opens_the_addresses_of_its_providers_only(
    settings: WebhookSettings, right: list[tuple[str, str]], wrong: list[tuple[str, str]], form: str
) -> None:
    receiver = Receiver(opened(settings), Application())
    for pairs, status in ((right, 200), (wrong, 404)):
        for name, secret in pairs:
            path, _, query = form.format(name, secret).partition("?")
            body = report() if name == "zoom" else SENT
            assert post(receiver, body, path=path, query=query) == WebhookAnswer(status), (name, secret)


def test_new_addresses_have_the_first_secret() -> None:
    settings = webhooks(secret=[NEW, OLD], secrets={"sales": OTHER}, public_url="https://example.com/sms/")
    assert settings.callback_url("zoom", ID) == f"https://example.com/sms/zoom/{NEW}/{ID}"
    assert settings.callback_url("sales", ID) == f"https://example.com/sms/sales/{OTHER}/{ID}"
    assert webhooks().callback_url("zoom", ID) is None
    assert WebhookSettings(secrets={"zoom": NEW}, public_url="https://example.com").callback_url("sales", ID) is None


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        (webhooks(secrets={"zom": OTHER}), r"no provider 'zom' has webhooks \(there are: zoom, sales\).*'zoom'"),
        (webhooks(secrets={"dumb": OTHER}), "no provider 'dumb' has webhooks"),
        (WebhookSettings(secrets={"zoom": OTHER}), "sales has no secret; set secret, or sales in"),
    ],
)
def test_secrets_that_fit_no_provider_or_leave_one_out_are_refused(settings: WebhookSettings, error: str) -> None:
    with pytest.raises(ConfigError, match=error):
        Receiver(opened(settings), Application())


def test_no_secret_is_in_a_repr() -> None:
    settings = webhooks(secret=[NEW, OLD], secrets={"sales": OTHER}, public_url="https://example.com")
    shown = repr(settings) + repr(WebhookRequest(method="GET", path=f"/a/{NEW}", raw_path=f"/a/{NEW}").addresses())
    shown += repr(WebhookRequest(method="GET", path="/a", query=f"secret={NEW}"))
    assert not any(secret in shown for secret in (NEW, OLD, OTHER))


# Submissions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mount", ["", "/sms", "/a/b"])
@pytest.mark.parametrize(
    ("path", "query"),
    [(f"/zoom/{SECRET}/{ID}", ""), (f"/zoom/{SECRET}/{ID}/", ""), (f"/zoom/{ID}", f"a=b&secret={SECRET}")],
)
def test_a_report_to_the_address_of_a_submission_names_it(
    application: Application, mount: str, path: str, query: str
) -> None:
    assert post(Receiver(gateway(), application), report(), path=mount + path, query=query) == WebhookAnswer(200)
    assert isinstance(application.event, DeliveryReport)
    assert application.event.submission == ID


def test_a_report_to_the_address_of_a_provider_names_no_submission(application: Application) -> None:
    assert post(Receiver(gateway(), application), report()) == WebhookAnswer(200)
    assert isinstance(application.event, DeliveryReport)
    assert application.event.submission is None


def test_a_report_of_a_submission_that_never_was_is_delivered_like_any_other(
    application: Application, tmp_path: object
) -> None:
    with SqliteJournal(f"{tmp_path}/journal.db") as journal, gateway(journal=journal) as opened:
        receiver = Receiver(opened, application)
        assert post(receiver, report(), path=f"/zoom/{SECRET}/{ID}") == WebhookAnswer(200)
        assert [delivery.message_id for delivery in opened.deliveries.unmatched()] == ["40124213"]
    assert len(application.events) == 1


@pytest.mark.parametrize("last", [f"{ID}k", "UPPER", "a-b", "a%62", " ", "é", "a\x00b", "a\n", SECRET])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_what_is_no_id_of_a_submission_is_refused_clearly(
    application: Application, caplog: pytest.LogCaptureFixture, last: str, method: str
) -> None:
    receiver = Receiver(gateway(), application)
    for path, query in ((f"/zoom/{SECRET}/{last}", ""), (f"/zoom/{last}", f"secret={SECRET}")):
        assert post(receiver, report(), path=path, query=query, method=method) == WebhookAnswer(400)
    assert application.events == []
    assert "which is not the id of a submission" in caplog.text or "is not the id of a submission" in caplog.text
    assert SECRET not in caplog.text


def test_one_who_knows_the_id_of_a_submission_and_no_secret_gets_the_answer_of_a_stranger(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    receiver = Receiver(gateway(), application)
    for path in (f"/zoom/{ID}", f"/zoom/{SECRET}x/{ID}", f"/zoom/{SECRET}x/UPPER", f"/hooli/{SECRET}/{ID}"):
        assert post(receiver, report(), path=path) == WebhookAnswer(404)
    assert caplog.messages == []
