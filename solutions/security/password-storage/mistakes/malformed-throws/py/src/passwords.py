import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from users import Users

SALT_BYTES, HASH_BYTES = 16, 32


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


def verify_password(password: str, stored: str) -> bool:
    if stored.startswith("sha1:"):
        return hmac.compare_digest(hashlib.sha1(password.encode()).hexdigest(), stored[5:].lower())
    row = parse(stored)
    made = derive(password, row.salt, ln=row.ln, r=row.r, p=row.p, length=len(row.hash))
    return hmac.compare_digest(made, row.hash)


def login(name: str, password: str, users: Users, cost: int) -> bool:
    stored = users.find(name)
    if stored is None or not verify_password(password, stored):
        return False
    if stored.startswith("sha1:") or parse(stored).ln < cost:
        users.save(name, hash_password(password, cost))
    return True


def parse(stored: str) -> Stored:
    _, _, numbers, salt, hash_ = stored.split("$")
    ln, r, p = (int(pair.split("=")[1]) for pair in numbers.split(","))
    return Stored(ln, r, p, decode(salt), decode(hash_))


def derive(password: str, salt: bytes, *, ln: int, r: int, p: int, length: int) -> bytes:
    n = 2**ln
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=length)


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
