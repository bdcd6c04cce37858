"""Zoom Connect, as its REST guide and its published Swagger description tell it.

Where both are silent the sandbox takes the reading that is hardest on a client; docs/reference/sandbox.md lists them.
"""

from smsgate_zoomconnect_sandbox.vendor import ZoomConnect

__all__ = ["ZoomConnect"]
