"""Salesmsg, as its help pages, its Postman collection and others' observations describe it.

Where they contradict each other or are silent, docs/reference/sandbox.md lists the reading chosen.
"""

from smsgate_salesmsg_sandbox.vendor import Salesmsg

__all__ = ["Salesmsg"]
