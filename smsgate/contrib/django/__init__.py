"""smsgate as an app of a Django project; needs the extra ``django``.

The settings are those of ``SMSGATE``. In reading order: `project_config` (what they say), `database` (the project's own
database as the journal's), `gateways` (one a process), `outbox` (what tests send), `signals` and `views` (what comes
back), `checks`, `tasks`, and the command ``manage.py smsgate``.
"""

from smsgate.contrib.django.gateways import gateway
from smsgate.contrib.django.outbox import outbox
from smsgate.contrib.django.signals import delivery_report, opt_in, opt_out, reply, vendor_event

__all__ = ["delivery_report", "gateway", "opt_in", "opt_out", "outbox", "reply", "vendor_event"]
