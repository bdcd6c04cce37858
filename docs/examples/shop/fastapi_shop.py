"""A shop that texts its customers, in FastAPI: one `AsyncGateway` for each worker, opened in its lifespan."""

import os
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from smsgate import AsyncGateway, Event, NotSentError, RefusedError, Reply, UnknownOutcomeError, webhooks


class Customer(BaseModel):
    """Whom an order goes to."""

    phone: str


async def on_event(event: Event) -> None:
    """Take what comes back. The journal has the reports already; an application keeps the replies."""
    if isinstance(event, Reply):
        print("a customer writes:", event.text, flush=True)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the gateway on the worker's own event loop; close it once what is being sent is recorded."""
    async with AsyncGateway.from_file(os.environ.get("SMSGATE_CONFIG", "smsgate.toml")) as gateway:
        app.state.gateway = gateway
        app.mount("/sms", webhooks.asgi(gateway, on_event))
        yield


def gateway_of(request: Request) -> AsyncGateway:
    """Return the gateway of this worker."""
    gateway: AsyncGateway = request.app.state.gateway
    return gateway


SmsGateway = Annotated[AsyncGateway, Depends(gateway_of)]


async def refused(_: Request, error: Exception) -> JSONResponse:
    """Answer for a number that is none, an opt-out, a limit, or the vendor's no: another try has the same end."""
    return JSONResponse({"outcome": "refused", "reason": str(error)}, status_code=422)


async def not_sent(_: Request, __: Exception) -> JSONResponse:
    """Answer when it is certain that no text is out: the same request may come again."""
    return JSONResponse({"outcome": "not sent"}, status_code=503, headers={"Retry-After": "60"})


async def unknown(_: Request, __: Exception) -> JSONResponse:
    """Answer when the text may be out: the same key does not send it again, and a report settles it."""
    return JSONResponse({"outcome": "unknown"}, status_code=202)


def create_app() -> FastAPI:
    """Make the application; a server calls it in each worker."""
    app = FastAPI(
        lifespan=lifespan,
        exception_handlers={RefusedError: refused, NotSentError: not_sent, UnknownOutcomeError: unknown},
    )

    @app.post("/orders/{order}/shipped")
    async def shipped(order: int, customer: Customer, gateway: SmsGateway) -> dict[str, str | None]:
        text = f"Order {order} has left our warehouse."
        result = await gateway.send(gateway.message(customer.phone, text, key=f"shipped {order}"))
        return {"outcome": result.outcome, "message_id": result.message_id}

    @app.get("/orders/{order}/text")
    async def text(order: int, gateway: SmsGateway) -> dict[str, str | None]:
        async with aclosing(gateway.journal.find(key=f"shipped {order}")) as entries:
            async for entry in entries:
                return {"state": entry.state, "status": entry.delivery.status if entry.delivery else None}
        raise HTTPException(404, "no text was sent about this order")

    return app
