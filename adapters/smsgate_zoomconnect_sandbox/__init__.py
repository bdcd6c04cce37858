"""Zoom Connect, as its REST guide and its published Swagger description describe it.

Where both say nothing the sandbox chooses the strictest reading for a client; docs/reference/sandbox.md lists them.
"""

from smsgate_zoomconnect_sandbox.vendor import ZoomConnect

__all__ = ["ZoomConnect"]
