"""A small tasks API that verifies each token itself, so it works with or without the Edgeseal Worker in front.

    AUTH_SECRET=… AUTH_AUDIENCE=tasks BASE_URL=https://app.example uvicorn main:app

AUTH_SECRET    the `secret` of this upstream's route in ROUTES, or in local development the Worker's own AUTH_SECRET
AUTH_SECRETS   `kid:secret,kid:secret`, used instead during a rotation: tokens signed with any of them are accepted
BASE_URL       the browser's origin, which issues the tokens (default: http://localhost:3000)
AUTH_AUDIENCE  the audience of the tokens: `aud` of this upstream's route (default: BASE_URL)
CORS_ORIGINS   comma-separated origins whose pages may call this API without the Worker (default: BASE_URL)
WEBHOOK_SECRET the Worker's own, if its EVENTS_WEBHOOK is /events of this API (default: no such endpoint)
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

# A path with an extra slash is a different path. A redirect would reveal this server's own address.
app = FastAPI(title="Tasks", redirect_slashes=False)
problems.install(app)
app.include_router(tasks.router)
if events.WEBHOOK:
    app.include_router(events.router)


@app.get("/api/me", responses=problems.DOCUMENTED)
def who_is_calling(user: CurrentUser) -> User:
    """The caller, from the claims of the token."""
    return user


@app.middleware("http")
async def kept_by_nobody(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Adds headers: no cache may store responses, which belong to one user, and no browser may guess their type."""
    try:
        response = await call_next(request)
    except Exception:
        # FastAPI's own handler responds outside of all middleware, so its response would lack the headers that are
        # added here and the CORS headers.
        logging.getLogger(__name__).exception("A request failed")
        response = problems.failed()
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


# List exact origins here, never "*" or a pattern.
app.add_middleware(
    CORSMiddleware,
    allow_origins=[origin.strip() for origin in os.environ.get("CORS_ORIGINS", ISSUER).split(",")],
    allow_credentials=True,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Authorization", "Content-Type"],
)
