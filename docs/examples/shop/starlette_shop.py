"""The shop in Starlette: the gateway is part of the state that the lifespan gives to each request."""

import os
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import TypedDict

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from smsgate import AsyncGateway, Event, NotSentError, RefusedError, Reply, UnknownOutcomeError, webhooks


class State(TypedDict):
    """What each request of a worker shares."""

    gateway: AsyncGateway


async def on_event(event: Event) -> None:
    """Take what comes back. The journal has the reports already; an application keeps the replies."""
    if isinstance(event, Reply):
        print("a customer writes:", event.text, flush=True)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[State]:
    """Open the gateway on the worker's own event loop; close it once what is being sent is recorded."""
    async with AsyncGateway.from_file(os.environ.get("SMSGATE_CONFIG", "smsgate.toml")) as gateway:
        app.router.routes.append(Mount("/sms", webhooks.asgi(gateway, on_event)))
        yield {"gateway": gateway}


async def shipped(request: Request) -> Response:
    """Text the customer of an order, once, however often this is called."""
    order, gateway = request.path_params["order"], request.state.gateway
    text = f"Order {order} has left our warehouse."
    try:
        message = gateway.message((await request.json())["phone"], text, key=f"shipped {order}")
        result = await gateway.send(message)
    except RefusedError as error:  # a number that is none, an opt-out, a limit, or the vendor's no
        return JSONResponse({"outcome": "refused", "reason": str(error)}, status_code=422)
    except NotSentError:  # certain that no text is out: the same request may come again
        return JSONResponse({"outcome": "not sent"}, status_code=503, headers={"Retry-After": "60"})
    except UnknownOutcomeError:  # the text may be out: the same key does not send it again, and a report settles it
        return JSONResponse({"outcome": "unknown"}, status_code=202)
    return JSONResponse({"outcome": result.outcome, "message_id": result.message_id})


async def text(request: Request) -> Response:
    """Say where the text about an order is."""
    key = f"shipped {request.path_params['order']}"
    async with aclosing(request.state.gateway.journal.find(key=key)) as entries:
        async for entry in entries:
            return JSONResponse({"state": entry.state, "status": entry.delivery.status if entry.delivery else None})
    return JSONResponse({"detail": "no text was sent about this order"}, status_code=404)


def create_app() -> Starlette:
    """Make the application; a server calls it in each worker."""
    routes = [Route("/orders/{order:int}/shipped", shipped, methods=["POST"]), Route("/orders/{order:int}/text", text)]
    return Starlette(routes=routes, lifespan=lifespan)
