"""The view that takes vendors' calls, under WSGI and under ASGI."""

from __future__ import annotations

import logging

from django.contrib.auth.decorators import login_not_required
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from smsgate.contrib.django.gateways import current
from smsgate.model.errors import ConfigError, SmsgateError
from smsgate.webhooks import WebhookAnswer, asgi_application, wsgi_application

__all__ = ["receive"]

logger = logging.getLogger("smsgate.webhooks")


@csrf_exempt  # type: ignore[untyped-decorator] # Django has no types
@login_not_required  # type: ignore[untyped-decorator] # its secret says who calls
@transaction.non_atomic_requests  # type: ignore[untyped-decorator] # an event is recorded once its receivers have ended
def receive(request: WSGIRequest | ASGIRequest) -> HttpResponse:
    """Answer a vendor's call; send its events to the signals' receivers."""
    try:
        receiver = current.receiver()
    except SmsgateError as error:  # Django would log, and mail, the path that has the secret
        logger.error("no gateway for a webhook call: %s", error)  # noqa: TRY400 - its frames have the path too
        return _response(WebhookAnswer(500 if isinstance(error, ConfigError) else 503), with_body=False)
    if isinstance(request, ASGIRequest):
        answer = receiver.receive(asgi_application.request_of(request.scope), request.read)
    else:
        call = wsgi_application.request_of(request.environ)
        answer = receiver.receive(call, lambda most: _read(request, most))
    return _response(answer, with_body=request.method != "HEAD")


def _read(request: WSGIRequest, most: int) -> bytes:
    """Read a body through Django, as a middleware may have read it before; one without a length past it.

    Django takes such a body for an empty one.
    """
    environ = request.environ
    stream = request if environ.get("CONTENT_LENGTH") else environ["wsgi.input"]
    return wsgi_application.read_body({**environ, "wsgi.input": stream}, most)


def _response(answer: WebhookAnswer, *, with_body: bool) -> HttpResponse:
    response = HttpResponse(answer.text if with_body else "", status=answer.status, headers=dict(answer.framed))
    if "Content-Type" not in answer.headers:
        del response["Content-Type"]
    # Django logs the path of what is not answered 2xx, and this one has the secret; the receiver has logged why
    response._has_been_logged = True  # noqa: SLF001 - Django's mark
    return response
