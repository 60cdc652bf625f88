"""What visitors hold instead of accounts: a token by which likes are told apart, and one that takes a piece away.

Only hashes of either are stored. A visitor's token is signed, so that none
counts that no server of this gallery gave; its hash is made with the piece's
id, so that what one visitor likes cannot be put together from the database.
"""

import hashlib
import hmac
import re
import secrets
import string
from base64 import urlsafe_b64encode

ID_CHARS = 12
LETTERS = string.ascii_letters + string.digits  # none that a shell or a chat program takes for something else
VISITOR_BYTES, SIGNATURE_BYTES = 12, 15
DELETION_BYTES = 24
SECRET_BYTES = 32
ID = re.compile(r"[A-Za-z0-9]{12}")
_VISITOR = re.compile(r"[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{20}")


def new_id() -> str:
    """An entry's name in addresses."""
    return "".join(secrets.choice(LETTERS) for _ in range(ID_CHARS))


def new_deletion() -> str:
    """A token that takes an entry away."""
    return secrets.token_urlsafe(DELETION_BYTES)


def hash_of(token: str) -> bytes:
    """What is stored of a deletion token; it is as random as the hash is long, so it needs no salt."""
    return hashlib.sha256(b"koe deletion " + token.encode("utf-8", "replace")).digest()


def new_visitor(secret: bytes) -> str:
    """A token for a visitor who has none."""
    name = secrets.token_urlsafe(VISITOR_BYTES)
    return f"{name}.{_signature(secret, name)}"


def is_visitor(secret: bytes, token: str) -> bool:
    """Whether a server with this secret gave it."""
    if not _VISITOR.fullmatch(token):
        return False
    name, _, signature = token.partition(".")
    return hmac.compare_digest(_signature(secret, name), signature)


def liking(token: str, entry: str) -> bytes:
    """What is stored of a visitor who likes an entry."""
    return hashlib.sha256(f"koe like {token} {entry}".encode()).digest()


def _signature(secret: bytes, name: str) -> str:
    made = hmac.digest(secret, f"koe visitor {name}".encode(), "sha256")[:SIGNATURE_BYTES]
    return urlsafe_b64encode(made).decode()
