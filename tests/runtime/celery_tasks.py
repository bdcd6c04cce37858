"""Tasks for a Celery worker, with a queue of files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from celery import Celery

from tests.runtime.forking_application import append

FOLDER = Path(os.environ["FORKING_FOLDER"])
QUEUE, REPORT = FOLDER / "queue", FOLDER / "report"

app = Celery("forking", broker="filesystem://")
app.conf.update(
    broker_transport_options={
        "data_folder_in": str(QUEUE),
        "data_folder_out": str(QUEUE),
        "control_folder": str(FOLDER / "control"),
        "polling_interval": 0.02,
    },
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
)


@app.task(name="send")  # type: ignore[untyped-decorator]
def send(text: str) -> None:
    from tests.runtime import preloaded_gateway

    line: dict[str, Any] = preloaded_gateway.send(text)
    append(REPORT, line)


def main() -> None:
    """Queue the texts that the command line has."""
    for text in sys.argv[1:]:
        send.delay(text)


if __name__ == "__main__":
    main()
