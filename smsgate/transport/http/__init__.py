"""The only place with a socket: asks a request, returns its answer, and proves what a failure leaves open.

After a failure one question counts: can a text be out? It is answered by what the connection wrote down, not by the
kind of exception. In the order a request goes: `transport` (one account's requests), `writing` (what goes on the wire),
`session` (the account's connections in this process), `pool` and `idle` (which of them may be used). Then come
`connection` (writes the bytes), `watch` (its time, and how far it got), `answer` (reads what comes back), `failure`
(what requests raises) and `verdict` (the error that a failure becomes). `http_async` uses `writing`, `idle`, `watch`
and `verdict` too.
"""

from smsgate.transport.http.session import tls_context
from smsgate.transport.http.transport import HttpTransport, Transport

__all__ = ["HttpTransport", "Transport", "tls_context"]
