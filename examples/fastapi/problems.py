"""Returns errors as RFC 9457 problem details (`application/problem+json`), which never repeat what the client sent."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Optional, Union

from fastapi import FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException


class Problem(BaseModel):
    """What went wrong. `errors` lists the invalid parts of a request."""

    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


# Describes the routes' errors in the API documentation. All errors are problem details.
DOCUMENTED: dict[Union[int, str], dict[str, Any]] = {
    "4XX": {
        "description": "Refused",
        "content": {ProblemResponse.media_type: {"schema": Problem.model_json_schema()}},
    }
}


def problem(
    code: int, detail: str, headers: Optional[Mapping[str, str]] = None, errors: Sequence[dict[str, str]] = ()
) -> ProblemResponse:
    body = Problem(title=HTTPStatus(code).phrase, status=code, detail=detail, errors=list(errors))
    return ProblemResponse(body.model_dump(exclude_defaults=True), code, headers)


def failed() -> ProblemResponse:
    """Returns the response to an unexpected error. The details are written only to the log."""
    return problem(status.HTTP_500_INTERNAL_SERVER_ERROR, "The server failed")


def install(app: FastAPI) -> None:
    """Makes the application return every HTTP error as problem details, even for unknown routes."""

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> ProblemResponse:
        return problem(error.status_code, str(error.detail), error.headers)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> ProblemResponse:
        # Omit `input` and `ctx`, which repeat what the client sent.
        faults = [{"detail": one["msg"], "at": "/".join(map(str, one["loc"]))} for one in error.errors()]
        return problem(status.HTTP_400_BAD_REQUEST, "The request is not valid", errors=faults)
