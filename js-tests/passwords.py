"""Runs Python's password libraries: reads {"peer", "op", "items"} as JSON from standard input and writes a JSON list.

"hash" takes passwords and returns stored hashes; "verify" takes pairs of a password and a hash and returns booleans. A
password is {"text"} or {"base64"}. Costs are low, unless "as it comes" is true: then, the library's defaults are used.
"""

import base64
import json
import sys

given = json.load(sys.stdin)
low = not given.get("as it comes")


def password(item):
    return item["text"] if "text" in item else base64.b64decode(item["base64"])


def octets(item):
    value = password(item)
    return value.encode() if isinstance(value, str) else value


def pyca_bcrypt():
    import bcrypt

    def hash(item):
        return bcrypt.hashpw(octets(item), bcrypt.gensalt(4) if low else bcrypt.gensalt()).decode()

    return hash, lambda item, stored: bcrypt.checkpw(octets(item), stored.encode())


def argon2_cffi(variant):
    import argon2

    costs = {"time_cost": 2, "memory_cost": 256, "parallelism": 2} if low else {}
    hasher = argon2.PasswordHasher(type=argon2.Type[variant], **costs)

    def verify(item, stored):
        try:
            return hasher.verify(stored, octets(item))
        except argon2.exceptions.VerifyMismatchError:
            return False

    return lambda item: hasher.hash(octets(item)), verify


def passlib(name):
    import passlib.hash

    name, _, ident = name.partition(" ")
    costs = {
        "argon2": {"rounds": 2, "memory_cost": 256, "parallelism": 2},
        "scrypt": {"rounds": 10, "block_size": 8},
        "pbkdf2_sha256": {"rounds": 1000},
        "pbkdf2_sha512": {"rounds": 1000},
    }[name]
    handler = getattr(passlib.hash, name).using(**(costs if low else {}), **({"ident": ident} if ident else {}))
    return lambda item: handler.hash(octets(item)), lambda item, stored: handler.verify(octets(item), stored)


def django(name):
    from django.conf import settings

    settings.configure()
    from django.contrib.auth import hashers

    hasher = getattr(hashers, name)()
    if low:
        for cost, value in {
            "iterations": 1000,
            "rounds": 4,
            "work_factor": 2**10,
            "time_cost": 2,
            "memory_cost": 256,
            "parallelism": 2,
        }.items():
            if hasattr(hasher, cost):
                setattr(hasher, cost, value)
    return lambda item: hasher.encode(password(item), hasher.salt()), lambda item, stored: hasher.verify(
        password(item), stored
    )


def werkzeug(method):
    from werkzeug.security import check_password_hash, generate_password_hash

    return lambda item: generate_password_hash(password(item), method), lambda item, stored: check_password_hash(
        stored, password(item)
    )


peers = {
    "bcrypt": lambda _: pyca_bcrypt(),
    "argon2-cffi": argon2_cffi,
    "passlib": passlib,
    "django": django,
    "werkzeug": werkzeug,
}
library, _, what = given["peer"].partition(" ")
hash, verify = peers[library](what)
if given["op"] == "hash":
    print(json.dumps([hash(item) for item in given["items"]]))
else:
    print(json.dumps([bool(verify(item, stored)) for item, stored in given["items"]]))
