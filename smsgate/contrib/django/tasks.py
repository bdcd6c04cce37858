"""A task of Django's own framework that sends one message: ``send_message.enqueue(to, text, key)``.

It is that of Django 6 (`django.tasks`), or with Django 5.2 that of the package ``django-tasks``. With Celery, give
`smsgate.contrib.celery.register` the gateway: ``register(app, lambda: gateway)``.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

from smsgate.contrib.django.gateways import current
from smsgate.contrib.task_message import send_task

try:
    from django.tasks import task
except ImportError:
    try:
        from django_tasks import task
    except ImportError:
        raise ImproperlyConfigured("tasks need Django 6, or with Django 5.2 the package django-tasks") from None

__all__ = ["send_message"]


@task()  # type: ignore[untyped-decorator] # Django has no types
def send_message(to: str, text: str, key: str, **fields: object) -> Mapping[str, str | int | None]:
    """Send a message, once for its `key` however often the task runs; return outcome, provider and ids.

    It takes the other fields of a `Message` by name: `send_at` in ISO 8601, `validity` in seconds. The task fails with
    what `Gateway.send` raises; after a `NotSentError` it may be enqueued again with the same key.
    """
    return send_task(current.get(), to, text, key, fields)
