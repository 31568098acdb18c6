import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from users import Users

SALT_BYTES, HASH_BYTES, SHORTEST_HASH = 16, 32, 16
PHC = re.compile(r"\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)", re.ASCII)
LEGACY = re.compile(r"sha1:([0-9A-Fa-f]{40})")


@dataclass(frozen=True)
class Stored:
    ln: int
    r: int
    p: int
    salt: bytes
    hash: bytes


def hash_password(password: str, cost: int) -> str:
    salt = secrets.token_bytes(SALT_BYTES)
    made = derive(password, salt, ln=cost, r=8, p=1, length=HASH_BYTES)
    return f"$scrypt$ln={cost},r=8,p=1${encode(salt)}${encode(made)}"


def verify_password(password: str, stored: str | None) -> bool:
    if legacy := LEGACY.fullmatch(stored or ""):
        return hmac.compare_digest(hashlib.sha1(password.encode()).hexdigest(), legacy[1].lower())
    row = parse(stored or "")
    if row is None:
        return False
    try:
        made = derive(password, row.salt, ln=row.ln, r=row.r, p=row.p, length=len(row.hash))
    except (ValueError, OverflowError):  # Numbers that scrypt does not take.
        return False
    return hmac.compare_digest(made, row.hash)


def login(name: str, password: str, users: Users, cost: int) -> bool:
    stored = users.find(name)
    if not verify_password(password, stored):
        return False
    row = parse(stored or "")
    if row is None or row.ln < cost:
        users.save(name, hash_password(password, cost))
    return True


def parse(stored: str) -> Stored | None:
    found = PHC.fullmatch(stored)
    if not found:
        return None
    ln, r, p, salt, hash_ = found.groups()
    try:
        row = Stored(int(ln), int(r), int(p), decode(salt), decode(hash_))
    except binascii.Error:
        return None
    # A short hash is soon guessed, and an empty one equals every other empty one.
    return row if len(row.hash) >= SHORTEST_HASH else None


def derive(password: str, salt: bytes, *, ln: int, r: int, p: int, length: int) -> bytes:
    n = 2**ln
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=128 * r * (2 * n + p), dklen=length)


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
