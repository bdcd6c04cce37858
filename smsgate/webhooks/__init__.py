"""Where vendors call back: a receiver that frameworks mount, or that runs alone as ``smsgate listen``.

`admission` says who may call; `receiver` takes a call: whether it is signed, what it says, whether it came before, what
the application makes of it. `confirmation` reads back what a call without a signature says, `nonces` remembers calls,
and `wsgi_application` and `asgi_application` are the two doors.
"""

from smsgate.webhooks.admission import callers
from smsgate.webhooks.answer import WebhookAnswer
from smsgate.webhooks.asgi_application import asgi
from smsgate.webhooks.blocking_receiver import Receiver
from smsgate.webhooks.request import WebhookRequest
from smsgate.webhooks.wsgi_application import wsgi

__all__ = ["Receiver", "WebhookAnswer", "WebhookRequest", "asgi", "callers", "wsgi"]
