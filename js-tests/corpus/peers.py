"""PyJWT or python-jose on cases of the corpus: JSON on standard input, which cases they take on standard output."""

import datetime
import importlib.metadata
import json
import sys

given = json.load(sys.stdin)


class Clock(datetime.datetime):
    """Neither library takes the time as an argument: theirs is replaced in this process."""

    seconds = 0

    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(cls.seconds, tz)


def pyjwt(case):
    jwt.decode(
        case["token"],
        bytes.fromhex(case["secret"]),
        algorithms=[case["algorithm"]],
        issuer=case.get("issuer"),
        audience=case.get("audience"),
        leeway=case["clockTolerance"],
        options={"require": case["requiredClaims"]},
    )


def python_jose(case):
    jwt.decode(
        case["token"],
        bytes.fromhex(case["secret"]),
        algorithms=[case["algorithm"]],
        issuer=case.get("issuer"),
        audience=case.get("audience"),
        options={"leeway": case["clockTolerance"], **{f"require_{name}": True for name in case["requiredClaims"]}},
    )


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
    except Exception:  # RecursionError too: whatever is raised, the token is not taken.
        return False


accepted = [accepts(case) for case in given["cases"]]
print(json.dumps({"version": importlib.metadata.version(given["library"]), "accepted": accepted}))
