"""Django's tasks and Celery's: a task that runs twice sends once, for its key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from celery import Celery
from django.db import transaction

from smsgate import Message
from smsgate.contrib.celery import register
from smsgate.contrib.django import gateway, outbox
from smsgate.contrib.django.tasks import send_message
from tests.contrib.django.project import NUMBER, sms

TEXT, KEY = "We have your order 17", "order 17"


@pytest.fixture(autouse=True)
def _project() -> Iterator[None]:
    tasks = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    with sms(TASKS=tasks):
        yield


def test_a_task_that_runs_twice_sends_once() -> None:
    results = [send_message.enqueue(NUMBER, TEXT, KEY) for _ in range(2)]
    assert outbox == [Message(NUMBER, TEXT, key=KEY)]
    first, second = [result.return_value for result in results]
    assert first == second
    assert {**first, "message_id": None} == {
        "outcome": "accepted",
        "provider": "zoom",
        "message_id": None,
        "segments": 1,
    }


def test_a_task_has_the_fields_of_a_message_as_json_says_them() -> None:
    later = datetime(2030, 1, 1, 9, tzinfo=UTC)
    send_message.enqueue("082 123 4567", TEXT, KEY, campaign="orders", send_at=later.isoformat())
    assert outbox == [Message(NUMBER, TEXT, key=KEY, campaign="orders", send_at=later)]


def test_a_task_fails_with_the_refusal() -> None:
    refused = send_message.enqueue(NUMBER, TEXT, KEY, validity=timedelta(hours=1).total_seconds())
    assert refused.status == "FAILED"
    assert "validity" in refused.errors[0].traceback
    assert outbox == []


def test_what_is_enqueued_after_a_commit_is_not_sent_where_the_request_is_rolled_back() -> None:
    def order(*, fails: bool) -> None:
        with transaction.atomic():
            transaction.on_commit(partial(send_message.enqueue, NUMBER, TEXT, KEY))
            assert outbox == []
            if fails:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        order(fails=True)
    assert outbox == []
    order(fails=False)
    assert len(outbox) == 1


def test_celery_has_the_projects_gateway() -> None:
    app = Celery("shop", broker="memory://")
    app.conf.task_always_eager = True
    tasks = register(app, lambda: gateway, prefix="shop-sms", every=None)
    for _ in range(2):
        tasks.send.delay(NUMBER, TEXT, key=KEY)
    assert outbox == [Message(NUMBER, TEXT, key=KEY)]
