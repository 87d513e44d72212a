"""Sends the requests that schemathesis generates to the tasks API as one of two users, and checks that no response to
one user contains the other user's data. The sender is derived from the request, so that schemathesis can reproduce
failures.
"""

import atexit
import json
import os
import random
import zlib
from collections import Counter

import schemathesis

#: The two users, each with `id` and `token`.
PEOPLE = json.loads(os.environ["EDGESEAL_PEOPLE"])
for person in PEOPLE:
    person["tasks"] = []
senders = {}
answers = Counter()


@schemathesis.hook
def before_call(context, case, kwargs):
    asked = repr([case.operation.label, case.path_parameters, case.query, case.headers, case.body])
    chance = random.Random(zlib.crc32(asked.encode(errors="replace")))
    senders.clear()
    case.headers.pop("Authorization", None)
    if chance.random() < 0.05:
        return
    me, other = chance.sample(PEOPLE, 2)
    senders[case.id] = me
    case.headers["Authorization"] = f"Bearer {me['token']}"
    parts = dict(case.path_parameters)
    if "user_id" in parts:
        parts["user_id"] = chance.choice([me["id"]] * 4 + [other["id"], parts["user_id"]])
    if "task_id" in parts:
        parts["task_id"] = chance.choice([*me["tasks"][-3:], *other["tasks"][-3:], parts["task_id"]])
    case.path_parameters = parts
    # Don't change invalid data, and mark valid data as this user's.
    if isinstance(case.body, dict) and not case.meta.generation.mode.is_negative and case.body.get("title"):
        title = str(case.body["title"]).replace(other["id"], "")
        case.body = {**case.body, "title": f"{me['id']} {title}"[:200]}


@schemathesis.hook
def after_call(context, case, response):
    answers[f"{case.method} {case.operation.path} {response.status_code}"] += 1
    me = senders.get(case.id)
    if me and case.method == "POST" and response.status_code == 201:
        me["tasks"].append(response.json()["id"])


@schemathesis.check
def nothing_of_each_other(ctx, response, case):
    """Checks that no response mentions the other user, and that no request without a token succeeds."""
    me = senders.get(case.id)
    for person in PEOPLE:
        if person is me:
            continue
        asked = json.dumps([case.body, case.query], default=str)
        assert person["id"] in asked or person["id"] not in response.text, "the response reveals another user"
    # FastAPI parses the JSON body before it authenticates the caller.
    early = (400, 404, 405)
    if me is None:
        assert response.status_code in (401, *early), response.status_code
    elif case.path_parameters.get("user_id", me["id"]) != me["id"]:
        assert response.status_code in (403, *early), response.status_code


@atexit.register
def tell():
    with open(os.environ["EDGESEAL_ANSWERS"], "w", encoding="utf-8") as file:
        json.dump(answers, file)
