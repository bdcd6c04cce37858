"""The shop in Flask: an application factory; the gateway may be made before the server forks its workers."""

import os

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from smsgate import Event, Gateway, NotSentError, RefusedError, Reply, UnknownOutcomeError, webhooks


def on_event(event: Event) -> None:
    """Take what comes back. The journal has the reports already; an application keeps the replies."""
    if isinstance(event, Reply):
        print("a customer writes:", event.text, flush=True)


def create_app(settings: str | None = None) -> Flask:
    """Make the application with a gateway of its own, which is closed as its process ends."""
    app = Flask(__name__)
    gateway = Gateway.from_file(settings or os.environ.get("SMSGATE_CONFIG", "smsgate.toml"))
    app.extensions["smsgate"] = gateway
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/sms": webhooks.wsgi(gateway, on_event)})  # type: ignore[method-assign]

    @app.post("/orders/<int:order>/shipped")
    def shipped(order: int) -> ResponseReturnValue:
        text = f"Order {order} has left our warehouse."
        result = gateway.send(gateway.message(request.json["phone"], text, key=f"shipped {order}"))
        return {"outcome": result.outcome, "message_id": result.message_id}

    @app.get("/orders/<int:order>/text")
    def text(order: int) -> ResponseReturnValue:
        for entry in gateway.journal.find(key=f"shipped {order}"):
            return {"state": entry.state, "status": entry.delivery.status if entry.delivery else None}
        return {"detail": "no text was sent about this order"}, 404

    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> ResponseReturnValue:
        """Answer for a number that is none, an opt-out, a limit, or the vendor's no: another try has the same end."""
        return {"outcome": "refused", "reason": str(error)}, 422

    @app.errorhandler(NotSentError)
    def not_sent(_: NotSentError) -> ResponseReturnValue:
        """Answer when it is certain that no text is out: the same request may come again."""
        return {"outcome": "not sent"}, 503, {"Retry-After": "60"}

    @app.errorhandler(UnknownOutcomeError)
    def unknown(_: UnknownOutcomeError) -> ResponseReturnValue:
        """Answer when the text may be out: the same key does not send it again, and a report settles it."""
        return {"outcome": "unknown"}, 202

    return app
