"""The tasks that an application's Celery gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field, frozen

from smsgate.blocking.gateway import Gateway
from smsgate.contrib.process_gateway import ProcessGateway
from smsgate.contrib.task_message import send_task
from smsgate.model.errors import ConfigError, JournalError, NotSentError, ProviderError

if TYPE_CHECKING:
    from celery import Celery

__all__ = ["CeleryTask", "Tasks", "register"]

LONGEST_COUNTDOWN = 300.0
"""Seconds; a task that waits longer than its broker's visibility time-out would be delivered again and again."""
MOST_DUE = 1_000
"""Messages that were held and that one task sends; the next one sends the rest."""
FIRST_COUNTDOWN = 5.0
"""Seconds until a message that was not sent is tried again, where its vendor says nothing; they double each time."""


class CeleryTask(Protocol):
    """A task of Celery's."""

    name: str

    def delay(self, *args: object, **kwargs: object) -> object:
        """Queue it; return Celery's `AsyncResult`."""

    def apply_async(self, *args: object, **kwargs: object) -> object:
        """Queue it with Celery's own options."""


@frozen
class Tasks:
    """The tasks that `register` has added."""

    send: CeleryTask
    """``send.delay(to, text, key="order-17")`` sends one message, whose `key` keeps it from being sent twice.

    It takes the other fields of a `Message` by name: `send_at` in ISO 8601, `validity` in seconds. It is tried again
    where it was certainly not sent; one that may have been sent ends with `UnknownOutcomeError`, and is listed by
    ``smsgate unknown list``.
    """
    work: CeleryTask
    """``work(run, range_id)`` sends a range of a run; `requeue` queues it."""
    requeue: CeleryTask
    """``requeue.delay()`` queues a task for each range that is due and has none; beat does so every few seconds."""
    send_due: CeleryTask
    """``send_due.delay()`` sends what was held until a time that has come; beat does so every few seconds."""


_SAFE = {"acks_late": True, "reject_on_worker_lost": True, "ignore_result": True}


@frozen(kw_only=True)
class _Options:
    in_flight: int
    seconds: float
    per_lane: int
    patience: float
    queue: Callable[[str], str | None]
    tries: int = field()


def register(  # noqa: PLR0913 - all by name
    app: Celery,
    open_gateway: Callable[[], Gateway],
    *,
    prefix: str = "smsgate",
    in_flight: int = 8,
    seconds: float = 60.0,
    per_lane: int = 8,
    every: float | None = 30.0,
    patience: float = 300.0,
    queue: Callable[[str], str | None] = lambda _: None,
    tries: int = 8,
) -> Tasks:
    """Add tasks to an application's Celery, called `prefix` and ``.send``, ``.work``, ``.requeue`` and ``.send_due``.

    `open_gateway` is called once in each worker's process, after its fork; the gateway needs a journal that all workers
    share. A task of a range sends `in_flight` messages at the same time, for at most `seconds`, and queues the next
    one. At most `per_lane` tasks of one account are queued or run at a time; `queue` names the Celery queue of an
    account's, None is the default one. Beat calls `requeue` and `send_due` `every` so many seconds (None: not at all):
    a range gets another task if its own has not begun within `patience` seconds, or its worker died. `send` tries so
    many `tries`.
    """
    _check_installed()
    options = _Options(
        in_flight=in_flight, seconds=seconds, per_lane=per_lane, patience=patience, queue=queue, tries=tries
    )
    gateway = ProcessGateway(open_gateway)
    _close_with_worker(gateway)
    work, requeue = _range_tasks(app, prefix, gateway, options)
    send, send_due = _message_tasks(app, prefix, gateway, options)
    if every is not None:
        _schedule(app, f"{prefix}-requeue", requeue, every)
        _schedule(app, f"{prefix}-send-due", send_due, every)
    return Tasks(send, work, requeue, send_due)


def _range_tasks(app: Celery, prefix: str, gateway: ProcessGateway, options: _Options) -> tuple[CeleryTask, CeleryTask]:
    """Add what sends a range of a run, and what queues the ranges that have no task."""

    @app.task(name=f"{prefix}.work", **_SAFE)  # type: ignore[untyped-decorator]
    def work(run: str, range_id: int) -> None:
        del run  # shown by Celery's own tools
        if gateway.get().runs.runner(in_flight=options.in_flight).work_range(range_id, seconds=options.seconds):
            _queue_ranges(gateway.get(), work, options)

    @app.task(name=f"{prefix}.requeue", **_SAFE)  # type: ignore[untyped-decorator]
    def requeue() -> None:
        _queue_ranges(gateway.get(), work, options)

    return work, requeue


def _message_tasks(
    app: Celery, prefix: str, gateway: ProcessGateway, options: _Options
) -> tuple[CeleryTask, CeleryTask]:
    """Add what sends one message, and what sends those whose time has come."""

    @app.task(name=f"{prefix}.send", bind=True, acks_late=True, reject_on_worker_lost=True)  # type: ignore[untyped-decorator]
    def send(self: Any, to: str, text: str, *, key: str, **fields: object) -> Mapping[str, object]:  # noqa: ANN401 - Celery's task
        return _send(self, options, lambda: send_task(gateway.get(), to, text, key, fields))

    @app.task(name=f"{prefix}.send_due", **_SAFE)  # type: ignore[untyped-decorator]
    def send_due() -> int:
        return sum(1 for _ in gateway.get().send_due(MOST_DUE, in_flight=options.in_flight))

    return send, send_due


def _schedule(app: Celery, name: str, task: CeleryTask, every: float) -> None:
    """Have beat call a task every so many seconds; a call that is not made within them is left out."""
    beat = {name: {"task": task.name, "schedule": every, "options": {"expires": every}}}
    app.conf.beat_schedule = {**(app.conf.beat_schedule or {}), **beat}


def _queue_ranges(gateway: Gateway, work: CeleryTask, options: _Options) -> None:
    """Queue a task for each range that is due and has none."""
    for each in gateway.runs.dispatch(per_lane=options.per_lane, patience=options.patience):
        queue = options.queue(each.lane)
        work.apply_async((each.run, each.id), **({} if queue is None else {"queue": queue}))


def _send(
    task: Any,  # noqa: ANN401 - Celery's
    options: _Options,
    send: Callable[[], Mapping[str, object]],
) -> Mapping[str, object]:
    """Send a message; have the task tried again if it was certainly not sent."""
    try:
        return send()
    except (NotSentError, JournalError) as error:
        if task.request.retries + 1 >= options.tries:
            raise
        wait = error.retry_after if isinstance(error, ProviderError) else None
        backoff = FIRST_COUNTDOWN * 2**task.request.retries
        countdown = min(LONGEST_COUNTDOWN, backoff if wait is None else max(wait, FIRST_COUNTDOWN))
        raise task.retry(countdown=countdown, max_retries=None, exc=error) from None


def _check_installed() -> None:
    try:
        import celery  # noqa: F401, PLC0415 - it is an extra
    except ImportError:
        raise ConfigError("smsgate.contrib.celery needs Celery; pip install 'smsgate[celery]'") from None


def _close_with_worker(gateway: ProcessGateway) -> None:
    """Close the gateway as the worker's process ends, be it a child or the one that has tasks in threads."""
    from celery import signals  # noqa: PLC0415 - it is an extra

    for ends in (signals.worker_process_shutdown, signals.worker_shutdown):
        ends.connect(gateway.close, weak=False)
