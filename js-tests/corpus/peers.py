"""Runs the corpus with PyJWT or python-jose: reads cases as JSON and writes a verdict for each one."""

import datetime
import importlib.metadata
import json
import sys

given = json.load(sys.stdin)


class Clock(datetime.datetime):
    """Replaces the libraries' clock, because neither library has an option for the current time."""

    seconds = 0

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(cls.seconds, tz)


def decode(case, **settings):
    jwt.decode(
        case["token"],
        bytes.fromhex(case["secret"]),
        algorithms=[case["algorithm"]],
        issuer=case.get("issuer"),
        audience=case.get("audience"),
        **settings,
    )


def pyjwt(case):
    options = {"require": case["requiredClaims"], "enforce_minimum_key_length": True}
    decode(case, leeway=case["clockTolerance"], options=options)


def python_jose(case):
    required = {f"require_{name}": True for name in case["requiredClaims"]}
    decode(case, options={"leeway": case["clockTolerance"], **required})


if given["library"] == "PyJWT":
    import jwt

    jwt.api_jwt.datetime = Clock
    judge = pyjwt
else:
    from jose import jwt

    jwt.datetime = Clock
    judge = python_jose


def accepts(case):
    Clock.seconds = case["now"]
    try:
        judge(case)
        return True
    except Exception:  # Any exception, even RecursionError, counts as a refusal.
        return False


accepted = [accepts(case) for case in given["cases"]]
print(json.dumps({"version": importlib.metadata.version(given["library"]), "accepted": accepted}))
