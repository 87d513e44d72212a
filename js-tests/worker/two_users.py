"""Sends each of schemathesis's requests as one of two users. Checks that responses don't contain the other user's data.

A request's content determines its sender and whether its credentials and values are valid, so that schemathesis can
reproduce failures.
"""

import atexit
import base64
import json
import os
import random
import re
import secrets
import zlib
from collections import Counter, defaultdict
from urllib.parse import parse_qs, unquote, urlsplit

import requests
import schemathesis

URL = os.environ["EDGESEAL_URL"]
ORIGIN = os.environ["EDGESEAL_ORIGIN"]
MAILBOX = os.environ["EDGESEAL_MAILBOX"]
PREFIX = "better-auth."


class Person:
    """A user with a browser."""

    def __init__(self):
        # All ids and addresses that identify this person, including those of deleted accounts.
        self.marks = set()
        self.sign_up()

    def sign_up(self):
        self.email = f"{secrets.token_hex(12)}@example.com"
        self.password = secrets.token_hex(12)
        self.links = {}
        self.seen = Counter()
        body = {"name": "Someone", "email": self.email, "password": self.password}
        answer = requests.post(f"{URL}/api/auth/sign-up/email", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        self.opened(answer)

    def sign_in(self):
        """Signs in again after a sign-out. If the account was deleted, signs up a new one."""
        body = {"email": self.email, "password": self.password}
        answer = requests.post(f"{URL}/api/auth/sign-in/email", json=body, timeout=30)
        if answer.status_code == 401:
            self.sign_up()
        else:
            assert answer.status_code == 200, answer.text
            self.opened(answer)

    def opened(self, answer):
        self.cookies = {}
        self.take(answer.raw.headers.getlist("set-cookie"))
        self.token = answer.json()["token"]
        self.id = answer.json()["user"]["id"]
        self.marks |= {self.id, self.email}

    def link(self, kind):
        """Returns the token from a link e-mailed to this person. Requests a new link if the last one has been used."""
        if kind not in self.links:
            if kind == "reset-password":
                self.post("request-password-reset", {"email": self.email})
            elif kind == "delete-account":
                self.post("delete-user", {})
            query = {"type": kind, "to": self.email, "seen": self.seen[kind]}
            url = urlsplit(requests.get(MAILBOX, params=query, timeout=30).json()["url"])
            self.seen[kind] += 1
            self.links[kind] = parse_qs(url.query).get("token", [url.path.split("/")[-1]])[0]
        return self.links[kind]

    def post(self, path, body):
        headers = {"Origin": ORIGIN}
        answer = requests.post(
            f"{URL}/api/auth/{path}", json=body, cookies=self.cookies, headers=headers, timeout=30
        )
        assert answer.status_code == 200, answer.text
        self.take(answer.raw.headers.getlist("set-cookie"))

    def take(self, lines):
        """Stores a response's cookies, as a browser would."""
        for line in lines:
            pair, *attributes = line.split("; ")
            name, value = pair.split("=", 1)
            if "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        if data := self.cookies.get(f"{PREFIX}session_data"):
            self.sid = claims(data)["session"]["id"]
            self.marks.add(self.sid)


def claims(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


PEOPLE = [Person(), Person()]
# The sender of the current case, keyed by the case's id.
senders = {}
answers = defaultdict(Counter)


@schemathesis.hook
def before_call(context, case, kwargs):
    asked = repr([case.operation.label, case.path_parameters, case.query, case.headers, case.cookies, case.body])
    chance = random.Random(zlib.crc32(asked.encode(errors="replace")))
    senders.clear()
    wrong = case.meta.generation.mode.is_negative
    if wrong and isinstance(case.body, dict):
        case.body = {name: counted_alike(value) for name, value in case.body.items()}
    # Change generated names, because some of them match existing endpoints.
    parts = case.path_parameters
    if "endpoint" in parts:
        case.path_parameters = {**parts, "endpoint": f"no-{parts['endpoint']}"}
    elif parts.get("owner") == "auth":
        case.path_parameters = {**parts, "owner": "nobody"}
    case.headers.pop("Cookie", None)
    drawn = chance.random()
    if drawn < 0.05:
        return
    case.cookies = {}
    if drawn < 0.1:
        return
    me, other = chance.sample(PEOPLE, 2)
    senders[case.id] = me
    case.headers.pop("Authorization", None)
    if "/{owner}/" in case.operation.path and chance.random() < 0.5:
        case.headers["Authorization"] = f"Bearer {me.token}"
    else:
        case.cookies = dict(me.cookies)
    if chance.random() < 0.95:
        case.headers["Origin"] = ORIGIN
    # Requests that are invalid on purpose must stay invalid.
    if not wrong:
        steer(case, chance, me, other)


def counted_alike(value):
    """Replaces characters that JSON Schema counts as one, but that the Worker counts as two UTF-16 code units."""
    return re.sub(r"[\U00010000-\U0010ffff]", "\u2603", value) if isinstance(value, str) else value


def steer(case, chance, me, other):
    """Inserts real passwords, ids and e-mail addresses, because generated data never contains them."""
    path, body = case.operation.path, case.body
    if "/{owner}/" in path:
        owner = chance.choice([me.id, me.id, other.id, case.path_parameters["owner"]])
        case.path_parameters = {**case.path_parameters, "owner": owner}
        return
    query = case.query or {}
    if "callbackURL" in query and chance.random() < 0.7:
        case.query = query = {**query, "callbackURL": "/home"}
    kind = {"/verify-email": "verify-email", "/callback": "delete-account"}.get(path[path.rindex("/") :])
    if kind and "token" in query and chance.random() < 0.5:
        case.query = {**query, "token": me.link(kind)}
        if chance.random() < 0.5:
            case.query.pop("callbackURL", None)
    if not isinstance(body, dict):
        return
    # Change a copy, because schemathesis still uses the original.
    body = case.body = dict(body)
    # The Worker refuses URLs on other origins before it checks anything else.
    for member in {"callbackURL", "redirectTo"} & body.keys():
        if chance.random() < 0.7:
            body[member] = "/home"
    if path.endswith("/change-password") and "currentPassword" in body and chance.random() < 0.7:
        body["currentPassword"] = me.password
    elif path.endswith("/verify-password") and "password" in body and chance.random() < 0.7:
        body["password"] = me.password
    elif path.endswith("/delete-user"):
        if body.get("password") and chance.random() < 0.5:
            body["password"] = me.password
        if body.get("token") and chance.random() < 0.5:
            body["token"] = me.link("delete-account")
    elif path.endswith("/reset-password") and chance.random() < 0.5:
        body["token"] = me.link("reset-password")
    elif path.endswith(("/request-password-reset", "/send-verification-email")) and "email" in body:
        body["email"] = chance.choice([me.email, other.email, body["email"]])
    elif path.endswith("/revoke-session") and "token" in body:
        body["token"] = chance.choice([me.sid, other.sid, other.sid, body["token"]])
    elif path.endswith("/sign-up/email") and "email" in body:
        body["email"] = chance.choice([other.email, other.email.upper(), body["email"], body["email"]])
    elif path.endswith("/sign-in/email") and "email" in body:
        body["email"] = chance.choice([me.email, other.email, body["email"]])
        if body["email"] == me.email and chance.random() < 0.7:
            body["password"] = me.password


@schemathesis.hook
def after_call(context, case, response):
    path = case.operation.path
    code = ""
    if response.status_code >= 400 and response.content:
        try:
            code = response.json().get("code", "")
        except ValueError:
            pass
    answers[f"{case.method} {path}"][f"{response.status_code} {code}".strip()] += 1


@schemathesis.check
def one_user_at_a_time(ctx, response, case):
    """Checks that no response mentions the other user, and that only a session's owner can end it."""
    me = senders.get(case.id)
    path = case.operation.path
    text = [response.text, *(f"{name}: {value}" for name, values in response.headers.items() for value in values)]
    text = unquote("\n".join(text))
    for part in re.findall(r"eyJ[\w-]+", text):
        try:
            text += base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode(errors="replace")
        except ValueError:
            # Random data may contain the letters "eyJ" without being a token.
            continue
    # A new account gets the requested e-mail address, even if the other user had it before.
    asked = case.body.get("email") if path.endswith("/sign-up/email") and isinstance(case.body, dict) else None
    for person in PEOPLE:
        if person is not me:
            found = [mark for mark in person.marks if mark in text and mark != str(asked).lower()]
            assert not found, f"the answer reveals another user: {found}"
    if me is None:
        return
    sent = {name.lower() for name in response.request.headers}
    if response.status_code == 401 and "cookie" in sent and not path.endswith(("/sign-in/email", "/verify-email")):
        raise AssertionError("somebody else ended this session")
    if path.endswith(("/sign-up/email", "/sign-in/email")):
        return
    keep(me, path, case, response)


def keep(me, path, case, response):
    """Updates the user's state from a response."""
    me.take(response.headers.get("set-cookie", []))
    if path.endswith(("/change-password", "/reset-password")) and response.status_code == 200:
        me.password = case.body["newPassword"]
        # The reset link is bound to the old password, so it has become invalid.
        me.links.pop("reset-password", None)
    if f"{PREFIX}session_token" not in me.cookies:
        me.sign_in()


@atexit.register
def tell():
    with open(os.environ["EDGESEAL_ANSWERS"], "w", encoding="utf-8") as file:
        json.dump(answers, file)
