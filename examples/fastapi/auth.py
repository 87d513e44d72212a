"""Identifies callers only by their access tokens, never by other headers, cookies or IP addresses."""

import os
from typing import Annotated, Optional

from fastapi import Depends, HTTPException, Path, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JOSEError, jwt
from pydantic import BaseModel, ValidationError

_ROTATED = os.environ.get("AUTH_SECRETS")
# Accept all of these secrets: during a rotation, tokens signed with any of them may still be in use.
SECRETS = (
    [entry.lstrip().partition(":")[2] for entry in _ROTATED.split(",")]
    if _ROTATED
    else [os.environ.get("AUTH_SECRET", "")]
)
ISSUER = os.environ.get("BASE_URL", "http://localhost:3000")
AUDIENCE = os.environ.get("AUTH_AUDIENCE", ISSUER)

# Without a valid secret, this process couldn't detect forged tokens, so it must not start.
if any(len(secret.encode()) < 32 or "-----BEGIN" in secret for secret in SECRETS):
    raise SystemExit(
        "AUTH_SECRET must be set, to the secret of this upstream's route, of at least 32 bytes; "
        "or AUTH_SECRETS, to kid:secret,kid:secret, while it is rotated."
    )

CLAIMS = {f"require_{name}": True for name in ("exp", "sub", "aud", "iss")}


class User(BaseModel):
    """The caller, as identified by a valid access token."""

    id: str
    email: str
    # Whether the user has proved that they own the address. If not, don't grant any rights based on it.
    email_verified: bool = False
    name: str


def current_user(
    credentials: Annotated[Optional[HTTPAuthorizationCredentials], Depends(HTTPBearer(auto_error=False))],
) -> User:
    """Returns the caller identified by the access token, or responds with 401 if there is no valid token."""
    unauthorized = HTTPException(
        status.HTTP_401_UNAUTHORIZED, "Invalid or missing access token", {"WWW-Authenticate": "Bearer"}
    )
    if credentials is None:
        raise unauthorized
    try:
        claims = jwt.decode(
            credentials.credentials, SECRETS, algorithms=["HS256"], issuer=ISSUER, audience=AUDIENCE, options=CLAIMS
        )
        verified = claims.get("email_verified") is True
        return User(id=claims["sub"], email=claims["email"], email_verified=verified, name=claims["name"])
    except (JOSEError, KeyError, ValidationError) as error:
        raise unauthorized from error


CurrentUser = Annotated[User, Depends(current_user)]


def owner(user_id: Annotated[str, Path()], user: CurrentUser) -> User:
    """Returns the caller if the user id in the path is theirs; otherwise, responds with 403."""
    if user_id != user.id:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "This resource belongs to another user")
    return user


Owner = Annotated[User, Depends(owner)]
