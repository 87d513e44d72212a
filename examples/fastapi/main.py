"""A small tasks API that verifies each token itself, so it works with or without the Edgeseal Worker in front.

    AUTH_SECRET=… AUTH_AUDIENCE=tasks BASE_URL=https://app.example uvicorn main:app

AUTH_SECRET    the `secret` of this upstream's route in ROUTES or, in local development, the Worker's own AUTH_SECRET
AUTH_SECRETS   `kid:secret,kid:secret`, used instead during a rotation: tokens signed with any of these are accepted
BASE_URL       the origin that browsers see, and the `iss` of the tokens (default: http://localhost:3000)
AUTH_AUDIENCE  the audience of the tokens: the `aud` of this upstream's route in ROUTES (default: BASE_URL)
CORS_ORIGINS   comma-separated origins whose pages may call this API directly, without the Worker (default: BASE_URL)
WEBHOOK_SECRET the Worker's WEBHOOK_SECRET, if its EVENTS_WEBHOOK is this API's /events (default: no /events)
DATABASE       a SQLite file (default: in memory)
"""

import logging
import os
from collections.abc import Awaitable
from typing import Callable

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware

import events
import problems
import tasks
from auth import ISSUER, CurrentUser, User

# Don't redirect paths with an extra slash, because the redirect would reveal this server's own address.
app = FastAPI(title="Tasks", redirect_slashes=False)
problems.install(app)
app.include_router(tasks.router)
if events.WEBHOOK:
    app.include_router(events.router)


@app.get("/api/me", responses=problems.DOCUMENTED)
def who_is_calling(user: CurrentUser) -> User:
    """Returns the caller, as described in the token's claims."""
    return user


@app.middleware("http")
async def kept_by_nobody(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Adds headers that tell caches not to store these private responses, and browsers not to guess content types."""
    try:
        response = await call_next(request)
    except Exception:
        # FastAPI's own handler runs outside all middleware, so its response would lack the CORS headers and the ones
        # added here.
        logging.getLogger(__name__).exception("A request failed")
        response = problems.failed()
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


# CORS_ORIGINS must list exact origins, never "*" or a pattern.
app.add_middleware(
    CORSMiddleware,
    allow_origins=[origin.strip() for origin in os.environ.get("CORS_ORIGINS", ISSUER).split(",")],
    allow_credentials=True,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Authorization", "Content-Type"],
)
