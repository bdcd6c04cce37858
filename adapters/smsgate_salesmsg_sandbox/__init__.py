"""Salesmsg, as its help pages, its Postman collection and what others saw of it tell.

Where they contradict each other or are silent, docs/reference/sandbox.md lists the reading taken.
"""

from smsgate_salesmsg_sandbox.vendor import Salesmsg

__all__ = ["Salesmsg"]
