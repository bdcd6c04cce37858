"""A receiver whose application never comes back: run in a process of its own, to be killed."""

from __future__ import annotations

import sys
from threading import Event as Signal

from smsgate import Event, SqliteJournal
from smsgate.webhooks import Receiver
from tests.webhooks.calls import gateway, post, reply


def hang(_: Event) -> None:
    sys.stdout.write("in hand\n")
    sys.stdout.flush()
    Signal().wait()


if __name__ == "__main__":
    post(Receiver(gateway(journal=SqliteJournal(sys.argv[1])), hang), reply(nonce="n"))
