"""Who is calling. The access token says so, and nothing else: no header, no cookie, no address."""

import os
from typing import Annotated, Optional

from fastapi import Depends, HTTPException, Path, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JOSEError, jwt
from pydantic import BaseModel, ValidationError

_ROTATED = os.environ.get("AUTH_SECRETS")
# Every one verifies: while a secret is rotated, tokens of both are on their way.
SECRETS = (
    [entry.lstrip().partition(":")[2] for entry in _ROTATED.split(",")]
    if _ROTATED
    else [os.environ.get("AUTH_SECRET", "")]
)
ISSUER = os.environ.get("BASE_URL", "http://localhost:3000")
AUDIENCE = os.environ.get("AUTH_AUDIENCE", ISSUER)

# Without a secret that is one, this process must not start: it would have nothing to refuse by.
if any(len(secret.encode()) < 32 or "-----BEGIN" in secret for secret in SECRETS):
    raise SystemExit(
        "AUTH_SECRET must be set, to the secret of this upstream's route, of at least 32 bytes; "
        "or AUTH_SECRETS, to kid:secret,kid:secret, while it is rotated."
    )

CLAIMS = {f"require_{name}": True for name in ("exp", "sub", "aud", "iss")}


class User(BaseModel):
    """A caller, by a valid access token."""

    id: str
    email: str
    # Whether somebody proved that the address is theirs: give no rights by address without it.
    email_verified: bool = False
    name: str


def current_user(
    credentials: Annotated[Optional[HTTPAuthorizationCredentials], Depends(HTTPBearer(auto_error=False))],
) -> User:
    """The caller behind the access token; 401 without one that holds."""
    unauthorized = HTTPException(
        status.HTTP_401_UNAUTHORIZED, "No access token that holds", {"WWW-Authenticate": "Bearer"}
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
    """The caller, where the path is theirs; 403 for another user's."""
    if user_id != user.id:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "This resource belongs to another user")
    return user


Owner = Annotated[User, Depends(owner)]
