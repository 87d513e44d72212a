"""The upstream by itself: 401, 403, and tokens of PyJWT beside python-jose."""

import os
import time

os.environ["AUTH_SECRET"] = SECRET = "0123456789abcdef0123456789abcdef"

import jwt as pyjwt  # noqa: E402
import pytest  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402

from main import app  # noqa: E402

client = TestClient(app)
ORIGIN = "http://localhost:3000"


def token(secret: str = SECRET, **changes: object) -> str:
    now = int(time.time())
    claims = {"iss": ORIGIN, "aud": ORIGIN, "sub": "ann", "email": "a@x.org", "name": "Ann", "iat": now, "exp": now + 900}
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return pyjwt.encode(kept, secret, algorithm="HS256")


def get(path: str, value: str | None = None) -> int:
    headers = {"Authorization": f"Bearer {value}"} if value else {}
    return client.get(path, headers=headers).status_code


def test_a_token_that_holds_opens_its_own_tasks() -> None:
    headers = {"Authorization": f"Bearer {token()}"}
    assert client.post("/api/ann/tasks", json={"title": "Write"}, headers=headers).status_code == 201
    assert client.get("/api/ann/tasks", headers=headers).json() == [{"id": 1, "title": "Write"}]


def test_another_users_tasks_stay_closed() -> None:
    assert get("/api/bob/tasks", token()) == 403


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x.y.z",
        token(secret="another-secret-of-thirty-two-byte"),
        token(exp=int(time.time()) - 1),
        token(exp=None),
        token(aud="http://other"),
        token(iss="http://other"),
        token(sub=None),
        token()[:-4] + "AAAA",
        pyjwt.encode({"sub": "ann"}, "", algorithm="none"),
    ],
)
def test_everything_else_is_401(value: str | None) -> None:
    assert get("/api/ann/tasks", value) == 401
