"""A small tasks API behind the Edgeseal Worker. It trusts the token and nothing else."""

import os
from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from jose import JWTError, jwt
from pydantic import BaseModel, Field

SECRET = os.environ.get("AUTH_SECRET", "")
ISSUER = os.environ.get("BASE_URL", "http://localhost:3000")
AUDIENCE = os.environ.get("AUTH_AUDIENCE", ISSUER)

if len(SECRET.encode()) < 32:
    raise SystemExit("AUTH_SECRET must be set, to the Worker's secret of at least 32 bytes.")


class User(BaseModel):
    """Who calls, by a token that held."""

    id: str
    email: str
    name: str


def current_user(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
) -> User:
    """The caller behind the access token; 401 without one that holds."""
    unauthorized = HTTPException(
        status.HTTP_401_UNAUTHORIZED, "Unauthorized", {"WWW-Authenticate": "Bearer"}
    )
    if credentials is None:
        raise unauthorized
    try:
        claims = jwt.decode(
            credentials.credentials,
            SECRET,
            algorithms=["HS256"],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require_exp": True, "require_sub": True, "require_aud": True, "require_iss": True},
        )
        return User(id=claims["sub"], email=claims["email"], name=claims["name"])
    except (JWTError, KeyError, ValueError) as error:
        raise unauthorized from error


CurrentUser = Annotated[User, Depends(current_user)]


def owner(user_id: Annotated[str, Path()], user: CurrentUser) -> User:
    """The caller, where the path is theirs; 403 for another user's."""
    if user_id != user.id:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "This resource belongs to another user")
    return user


Owner = Annotated[User, Depends(owner)]


class NewTask(BaseModel):
    """What a caller sends to add a task."""

    title: str = Field(min_length=1, max_length=200)


class Task(NewTask):
    """A task of one user."""

    id: int


# One process's memory: enough to show whose tasks are whose.
tasks_of: defaultdict[str, list[Task]] = defaultdict(list)

router = APIRouter(prefix="/api/{user_id}/tasks", dependencies=[Depends(owner)])


@router.get("")
def list_tasks(user: Owner) -> list[Task]:
    """The caller's tasks."""
    return tasks_of[user.id]


@router.post("", status_code=status.HTTP_201_CREATED)
def add_task(task: NewTask, user: Owner) -> Task:
    """Adds a task of the caller's."""
    added = Task(id=len(tasks_of[user.id]) + 1, title=task.title)
    tasks_of[user.id].append(added)
    return added


app = FastAPI(title="Tasks")
app.include_router(router)
