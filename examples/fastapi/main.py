"""A small tasks API, with or without the Edgeseal Worker in front of it: it verifies each token itself.

    AUTH_SECRET=… AUTH_AUDIENCE=tasks BASE_URL=https://app.example uvicorn main:app

AUTH_SECRET    the secret of this upstream's route (`secret` in ROUTES); the Worker's own only in local development
AUTH_SECRETS   `kid:secret,kid:secret` in its place, while the secret is rotated: each of them verifies
BASE_URL       the browser's origin, which issues the tokens (http://localhost:3000)
AUTH_AUDIENCE  what tokens are for: `aud` of this upstream's route (BASE_URL)
CORS_ORIGINS   origins whose pages may call without the Worker, with commas (BASE_URL)
DATABASE       a SQLite file (in memory)
"""

import logging
import os
from collections.abc import Awaitable
from typing import Callable

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware

import problems
import tasks
from auth import ISSUER, CurrentUser, User

# A path with an extra slash is another path: a redirect would reveal this server's own address.
app = FastAPI(title="Tasks", redirect_slashes=False)
problems.install(app)
app.include_router(tasks.router)


@app.get("/api/me", responses=problems.DOCUMENTED)
def who_is_calling(user: CurrentUser) -> User:
    """The caller, from the claims of the token."""
    return user


@app.middleware("http")
async def kept_by_nobody(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Responses belong to one user: no cache stores them, and no browser guesses their type."""
    try:
        response = await call_next(request)
    except Exception:
        # FastAPI's own handler responds outside of all middleware, so its response would lack these headers and CORS's.
        logging.getLogger(__name__).exception("A request failed")
        response = problems.failed()
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


# Exact origins, never "*" or a pattern.
app.add_middleware(
    CORSMiddleware,
    allow_origins=[origin.strip() for origin in os.environ.get("CORS_ORIGINS", ISSUER).split(",")],
    allow_credentials=True,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Authorization", "Content-Type"],
)
