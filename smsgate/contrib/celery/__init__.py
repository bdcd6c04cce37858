"""smsgate on an application's own Celery: its app, its broker, its workers; needs the extra ``celery``.

`register` adds four tasks: `work` sends a range of a run, `requeue` makes those tasks (by beat), `send` sends one
message, and `send_due` what was held until a time that has come (by beat). The journal is the truth: a task that is
delivered twice, or lost with its broker, sends nothing twice and loses nothing.
"""

from smsgate.contrib.celery.tasks import CeleryTask, Tasks, register

__all__ = ["CeleryTask", "Tasks", "register"]
