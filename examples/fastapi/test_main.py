"""Tests the upstream on its own: authentication, isolation between users, and the error format."""

import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

os.environ["AUTH_SECRET"] = SECRET = "0123456789abcdef0123456789abcdef"
os.environ["WEBHOOK_SECRET"] = WEBHOOK_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
os.environ["CORS_ORIGINS"] = "https://app.example, https://admin.example"

import jwt as pyjwt  # noqa: E402
import pytest  # noqa: E402
from fastapi.testclient import TestClient  # noqa: E402
from httpx import Response  # noqa: E402
from standardwebhooks.webhooks import Webhook  # noqa: E402

import tasks  # noqa: E402
from main import app  # noqa: E402

client = TestClient(app, raise_server_exceptions=False)
HERE = Path(__file__).parent
ORIGIN = "http://localhost:3000"
NONE = "0" * 32


def token(secret: str = SECRET, **changes: object) -> str:
    now = int(time.time())
    claims = {"iss": ORIGIN, "aud": ORIGIN, "sub": "ann", "email": "a@x.org", "name": "Ann"}
    claims |= {"iat": now, "exp": now + 900}
    kept = {name: value for name, value in (claims | changes).items() if value is not None}
    return pyjwt.encode(kept, secret, algorithm="HS256")


class Person:
    """A signed-in user."""

    def __init__(self) -> None:
        self.id = uuid4().hex
        self.headers = {"Authorization": f"Bearer {token(sub=self.id)}"}
        self.tasks = f"/api/{self.id}/tasks"

    def send(self, method: str, path: str = "", **given: object) -> Response:
        """Sends a request to a path under the user's tasks or, if the path starts with a slash, to that exact path."""
        headers = self.headers | given.pop("headers", {})
        own = f"{self.tasks}/{path}" if path else self.tasks
        return client.request(method, path if path.startswith("/") else own, headers=headers, **given)

    def add(self, title: str) -> str:
        return self.send("POST", json={"title": title}).json()["id"]


def problem(answer: Response, status: int) -> dict:
    """Checks that the response has this status and contains problem details (RFC 9457). Returns its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["title"] and body["detail"]
    return body


def test_a_task_is_added_read_changed_and_removed() -> None:
    ann = Person()
    added = ann.send("POST", json={"title": "Write"})
    assert added.status_code == 201
    task = added.json()
    assert task == {"id": task["id"], "title": "Write", "done": False}
    assert ann.send("GET").json() == [task]
    assert ann.send("PATCH", task["id"], json={"done": True}).json() == task | {"done": True}
    assert ann.send("PATCH", task["id"], json={"title": "Read"}).json() == task | {"done": True, "title": "Read"}
    assert ann.send("PUT", task["id"], json={"title": "Rest"}).json() == task | {"title": "Rest"}
    assert ann.send("GET", task["id"]).json()["title"] == "Rest"
    assert ann.send("DELETE", task["id"]).status_code == 204
    assert ann.send("GET").json() == []
    problem(ann.send("DELETE", task["id"]), 404)


def test_pages_follow_each_other() -> None:
    ann, bob = Person(), Person()
    for title in "abcde":
        ann.add(title)
        bob.add("of Bob")
    for sort, expected in [("oldest", "abcde"), ("newest", "edcba")]:
        seen, query = "", {"limit": 2, "sort": sort}
        while page := ann.send("GET", params=query).json():
            assert len(page) <= 2
            seen += "".join(task["title"] for task in page)
            query["cursor"] = page[-1]["id"]
        assert seen == expected
    assert ann.send("GET", params={"cursor": bob.add("one more")}).json() == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "sort=title", "sort=' OR 1=1 --", "cursor=' OR 1=1 --", f"cursor={NONE}%0a"],
)
def test_a_query_that_is_not_valid_is_refused(query: str) -> None:
    ann = Person()
    problem(ann.send("GET", f"{ann.tasks}?{query}"), 400)


def test_another_users_tasks_stay_closed() -> None:
    ann, bob = Person(), Person()
    theirs = bob.add("of Bob")
    for method, path in [("GET", ""), ("POST", ""), *((one, theirs) for one in ("GET", "PUT", "PATCH", "DELETE"))]:
        body = {"json": {"title": "of Ann"}} if method[0] == "P" else {}
        problem(ann.send(method, f"{bob.tasks}{path and '/' + path}", **body), 403)
        if path:
            # Under Ann's own path, the id of Bob's task leads to the same 404 as an unknown id.
            answers = [problem(ann.send(method, one, **body), 404) for one in (theirs, NONE, "' OR 1=1 --", "%00")]
            assert all(answer == answers[0] for answer in answers)
    assert bob.send("GET").json() == [{"id": theirs, "title": "of Bob", "done": False}]


@pytest.mark.parametrize("name", ["userId", "user_id[]", "owner"])
def test_a_query_names_no_other_owner(name: str) -> None:
    ann, bob = Person(), Person()
    ann.add("of Ann")
    bob.add("of Bob")
    assert [task["title"] for task in ann.send("GET", params={name: bob.id}).json()] == ["of Ann"]


def test_a_body_sets_nothing_but_what_it_may() -> None:
    ann, bob = Person(), Person()
    claimed = {"id": NONE, "owner": bob.id, "userId": bob.id, "user_id": bob.id, "position": 1, "role": "admin"}
    task = ann.send("POST", json={"title": "Mine"} | claimed).json()
    assert task == {"id": task["id"], "title": "Mine", "done": False} and task["id"] != NONE
    assert ann.send("PATCH", task["id"], json={"title": "Still mine"} | claimed).json()["id"] == task["id"]
    assert len(ann.send("GET").json()) == 1 and bob.send("GET").json() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"title":5}',
        b'{"title":""}',
        b'{"title":"\\ud800"}',
        b'{"title":"' + b"x" * 201 + b'"}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_not_valid_is_refused(body: bytes) -> None:
    ann = Person()
    task = ann.add("Write")
    for method, path in [("POST", ""), ("PUT", task), ("PATCH", task)]:
        refused = problem(ann.send(method, path, content=body, headers={"Content-Type": "application/json"}), 400)
        assert "input" not in str(refused)
    assert ann.send("GET").json() == [{"id": task, "title": "Write", "done": False}]


@pytest.mark.parametrize("done", [0, 1, "true", [], "x"])
def test_done_is_true_or_false(done: object) -> None:
    ann = Person()
    task = ann.add("Write")
    for method in ("PUT", "PATCH"):
        problem(ann.send(method, task, json={"title": "Write", "done": done}), 400)


def test_text_is_kept_as_it_is() -> None:
    ann = Person()
    for title in ["'; DROP TABLE task; --", "%_", "a\0b", "zoë 👩‍🚀", " "]:
        assert ann.send("GET", ann.add(title)).json()["title"] == title


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "x.y.z",
        "é",
        token(secret="another-secret-of-thirty-two-byte"),
        token(exp=int(time.time()) - 1),
        token(exp=None),
        token(aud=None),
        token(aud="http://other"),
        token(iss=None),
        token(iss="http://other"),
        token(sub=None),
        token(email=None),
        token()[:-4] + "AAAA",
        pyjwt.encode({"sub": "ann"}, "", algorithm="none"),
    ],
)
def test_without_a_valid_token_it_is_401(value: str) -> None:
    headers = {} if value is None else {"Authorization": f"Bearer {value}".encode()}
    bodies = []
    tasks_of_ann = "/api/ann/tasks"
    doors = [("GET", "/api/me"), ("GET", tasks_of_ann), ("POST", tasks_of_ann), ("DELETE", f"{tasks_of_ann}/1")]
    for method, path in doors:
        answer = client.request(method, path, headers=headers)
        bodies.append(problem(answer, 401))
        assert answer.headers["www-authenticate"] == "Bearer"
    assert all(body == bodies[0] for body in bodies)


def test_nothing_but_the_token_says_who_is_calling() -> None:
    bob = Person()
    claims = {"X-User-Id": bob.id, "X-Forwarded-User": bob.id, "Cookie": f"session={token(sub=bob.id)}"}
    assert client.get(bob.tasks, headers=claims, params={"access_token": token(sub=bob.id)}).status_code == 401
    ann = Person()
    expected = {"id": ann.id, "email": "a@x.org", "email_verified": False, "name": "Ann"}
    assert ann.send("GET", "/api/me", headers=claims).json() == expected
    for scheme in ["Basic", "JWT", ""]:
        assert client.get("/api/me", headers={"Authorization": f"{scheme} {token()}"}).status_code == 401
    assert client.get("/api/me", headers={"Authorization": f"BEARER {token()}"}).status_code == 200


@pytest.mark.parametrize(
    ("claim", "verified"), [(True, True), (False, False), (None, False), ("true", False), (1, False)]
)
def test_an_address_is_verified_where_the_token_says_true(claim: object, verified: bool) -> None:
    headers = {"Authorization": f"Bearer {token(email_verified=claim)}"}
    assert client.get("/api/me", headers=headers).json()["email_verified"] is verified


def test_what_is_not_there_is_a_problem_too() -> None:
    ann = Person()
    problem(ann.send("GET", "/nowhere"), 404)
    problem(ann.send("GET", f"{ann.tasks}/"), 404)
    answer = ann.send("PUT")
    problem(answer, 405)
    assert answer.headers["allow"]


def test_an_error_reveals_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(tasks, "ADD", "INSERT INTO elsewhere VALUES (:id)")
    answer = Person().send("POST", json={"title": "Write"}, headers={"Origin": "https://app.example"})
    assert "elsewhere" not in str(problem(answer, 500))
    # Pages on an allowed origin can read this response, like any other error response.
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert answer.headers["cache-control"] == "no-store"
    assert "elsewhere" in caplog.text, "the log has why"
    monkeypatch.undo()
    assert Person().add("the next one works")


def test_answers_are_kept_by_nobody() -> None:
    ann = Person()
    for answer in [ann.send("GET"), ann.send("GET", NONE), client.get(ann.tasks), ann.send("PUT")]:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_pages_of_named_origins_may_call() -> None:
    def granted(origin: str) -> "str | None":
        asked = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
        asked["Access-Control-Request-Headers"] = "authorization, content-type"
        given = {client.options("/api/ann/tasks/1", headers=asked).headers.get("access-control-allow-origin")}
        given.add(client.get("/api/ann/tasks", headers={"Origin": origin}).headers.get("access-control-allow-origin"))
        assert len(given) == 1
        return given.pop()

    for origin in ["https://app.example", "https://admin.example"]:
        assert granted(origin) == origin
    for origin in ["null", ORIGIN, "http://app.example", "https://app.example.evil.test", "https://evilapp.example"]:
        assert granted(origin) is None, origin
    answer = client.get("/api/ann/tasks", headers={"Origin": "https://app.example"})
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert answer.headers["vary"] == "Origin"


def test_the_documentation_lists_every_response() -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {"/api/me", "/api/{user_id}/tasks", "/api/{user_id}/tasks/{task_id}"}
    for operations in paths.values():
        for operation in operations.values():
            assert operation["security"] == [{"HTTPBearer": []}]
            refused = operation["responses"].pop("4XX")
            assert list(refused["content"]) == ["application/problem+json"]
            assert len(operation["responses"]) == 1


@pytest.mark.parametrize("secret", [None, "", "short", "-----BEGIN PUBLIC KEY-----" + "x" * 40])
def test_without_a_secret_nothing_starts(secret: "str | None") -> None:
    environment = {name: value for name, value in os.environ.items() if name != "AUTH_SECRET"}
    if secret is not None:
        environment["AUTH_SECRET"] = secret
    start = [sys.executable, "-c", "import main"]
    ended = subprocess.run(start, cwd=HERE, env=environment, capture_output=True, text=True)
    assert ended.returncode != 0 and ended.stderr.startswith("AUTH_SECRET must be set")
    assert not secret or secret not in ended.stderr


def test_while_a_secret_is_rotated_tokens_of_both_are_accepted() -> None:
    new, other = "the-secret-of-2026-with-32-bytes", "the-secret-of-2024-with-32-bytes"
    program = "import sys, auth; from fastapi import HTTPException; from fastapi.security import HTTPAuthorizationCredentials as C"
    program += "\nfor token in sys.argv[1:]:\n    try: print(auth.current_user(C(scheme='Bearer', credentials=token)).id)"
    program += "\n    except HTTPException as error: print(error.status_code)"
    environment = {**os.environ, "AUTH_SECRETS": f"20261123:{new}, 1:{SECRET}", "AUTH_SECRET": ""}
    tokens = [token(new), token(SECRET), token(other)]
    ran = [sys.executable, "-c", program, *tokens]
    ended = subprocess.run(ran, cwd=HERE, env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["ann", "ann", "401"]


def test_a_file_keeps_tasks_over_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "tasks.db")
    tasks.Table(path).write(tasks.ADD, id=NONE, owner="ann", title="Kept")
    again = tasks.Table(path)
    assert [task.title for task in again.read(tasks.ONE, owner="ann", id=NONE)] == ["Kept"]
    assert again.read(tasks.ONE, owner="bob", id=NONE) == []


def webhook(body: "str | bytes", secret: str = WEBHOOK_SECRET, age: int = 0, **changes: "str | bytes | None") -> Response:
    """Sends a signed webhook that is `age` seconds old."""
    text = body if isinstance(body, str) else body.decode(errors="replace")
    at = datetime.now(tz=timezone.utc) - timedelta(seconds=age)
    headers = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_1", at, text),
    }
    for name, value in changes.items():
        headers[f"webhook-{name}"] = value
    kept = {name: value for name, value in headers.items() if value is not None}
    return client.post("/events", content=body, headers=kept)


def event(kind: str, user_id: str) -> str:
    return json.dumps({"id": "evt_1", "type": kind, "time": "2026-11-30T12:00:00.000Z", "userId": user_id})


def test_a_deleted_users_tasks_are_deleted() -> None:
    ann, bob = Person(), Person()
    for person in (ann, bob):
        person.add("Write")
        person.add("Read")
    for kind in ("user.created", "user.updated", "session.revoked", "something.new"):
        assert webhook(event(kind, ann.id)).status_code == 204
    assert len(ann.send("GET").json()) == 2
    # The same event may arrive twice.
    for _ in range(2):
        answer = webhook(event("user.deleted", ann.id), age=240)
        assert (answer.status_code, answer.content) == (204, b"")
        assert ann.send("GET").json() == []
    assert len(bob.send("GET").json()) == 2


OTHER_SECRET = "whsec_" + "QUFB" * 11


@pytest.mark.parametrize(
    "given",
    [
        {"secret": OTHER_SECRET},
        {"age": 301},
        {"age": -301},
        {"id": "evt_2"},
        {"id": None},
        {"timestamp": None},
        {"timestamp": "now"},
        {"timestamp": "nan"},
        {"timestamp": "1" * 400},
        {"signature": None},
        {"signature": "v1"},
        {"signature": "v1,"},
        {"signature": "v1,AAAA"},
        {"signature": "v1a,AAAA"},
        {"signature": "v1,A,A"},
        {"signature": "v1,é".encode()},
    ],
    ids=str,
)
def test_a_webhook_that_the_worker_did_not_just_sign_is_refused(given: dict) -> None:
    ann = Person()
    ann.add("Write")
    problem(webhook(event("user.deleted", ann.id), **given), 400)
    assert len(ann.send("GET").json()) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"type":"user.deleted"}', b"\xff\xfe", b"[" * 100_000])
def test_a_signed_body_that_is_no_event_is_refused(body: bytes) -> None:
    problem(webhook(body), 400)
    problem(webhook(event("user.deleted", "")), 400)


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_webhook_secret_there_is_no_such_endpoint(secret: "str | None") -> None:
    environment = {name: value for name, value in os.environ.items() if name != "WEBHOOK_SECRET"}
    if secret is not None:
        environment["WEBHOOK_SECRET"] = secret
    program = "from fastapi.testclient import TestClient; import main; print(TestClient(main.app).post('/events').status_code)"
    ran = [sys.executable, "-c", program]
    ended = subprocess.run(ran, cwd=HERE, env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["404"]
