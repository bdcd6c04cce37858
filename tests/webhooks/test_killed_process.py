"""A process is killed while the application has an event in hand: the event is delivered when it comes again."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from smsgate import Reply, SqliteJournal
from smsgate.webhooks import Receiver, WebhookAnswer
from tests.webhooks.calls import Application, gateway, post, reply


def test_an_event_that_was_in_hand_when_the_process_was_killed_is_delivered_again(tmp_path: Path) -> None:
    path = str(tmp_path / "journal.db")
    command = (sys.executable, "-m", "tests.webhooks.killed_process", path)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in hand\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL

    minutes = [0.0]
    journal = SqliteJournal(path, clock=lambda: time.time() + 60 * minutes[0])
    application = Application()
    with gateway(journal=journal) as opened:
        receiver = Receiver(opened, application)
        assert post(receiver, reply(nonce="n")) == WebhookAnswer(503), "somebody may still have it in hand"
        minutes[0] = 1.1
        assert post(receiver, reply(nonce="n")) == WebhookAnswer(200)
        assert isinstance(application.event, Reply)
        assert post(receiver, reply(nonce="n")) == WebhookAnswer(200)
        assert post(receiver, reply(nonce="another")) == WebhookAnswer(200)
    assert len(application.events) == 1
