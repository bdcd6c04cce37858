"""Salesbox, as its documents describe it; they could not be compared with a live service.

What they do not show is a switch in `Variants`; docs/reference/sandbox.md lists the readings taken.
"""

from smsgate_salesbox_sandbox.variants import Variants
from smsgate_salesbox_sandbox.vendor import Salesbox

__all__ = ["Salesbox", "Variants"]
