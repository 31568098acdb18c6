import base64
import hashlib
import hmac
import os

from users import Users


def hash_password(password: str, cost: int) -> str:
    salt = os.urandom(16)
    return f"$scrypt$ln={cost},r=8,p=1${b64(salt)}${b64(scrypt(password, salt, {'ln': cost, 'r': 8, 'p': 1}, 32))}"


def verify_password(password: str, stored: str | None) -> bool:
    return cost_if_right(password, stored) is not None


def login(name: str, password: str, users: Users, cost: int) -> bool:
    paid = cost_if_right(password, users.find(name))
    if paid is None:
        return False
    if paid < cost:
        users.save(name, hash_password(password, cost))
    return True


def cost_if_right(password: str, stored: str | None) -> int | None:
    """What the row cost (an old one: nothing), or None when the password does not belong to it."""
    try:
        if stored is not None and stored.startswith("sha1:"):
            expected = bytes.fromhex(stored.removeprefix("sha1:"))
            if len(stored) != 45:  # fromhex() skips blanks.
                return None
            return 0 if hmac.compare_digest(hashlib.sha1(password.encode()).digest(), expected) else None
        nothing, method, settings, salt, hashed = (stored or "").split("$")
        expected = unb64(hashed)
        if nothing != "" or method != "scrypt" or len(expected) < 16:
            return None
        numbers = {key: int(value) for key, value in (pair.split("=") for pair in settings.split(","))}
        # int() and Base64 take more than one way of writing; the text has to be the one that we would write.
        if stored != f"$scrypt$ln={numbers['ln']},r={numbers['r']},p={numbers['p']}${b64(unb64(salt))}${b64(expected)}":
            return None
        if numbers["ln"] > 40:  # Nobody has the memory.
            return None
        right = hmac.compare_digest(scrypt(password, unb64(salt), numbers, len(expected)), expected)
        return numbers["ln"] if right else None
    except (ValueError, KeyError, OverflowError):
        return None


def scrypt(password: str, salt: bytes, numbers: dict[str, int], length: int) -> bytes:
    n, r, p = 1 << numbers["ln"], numbers["r"], numbers["p"]
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, dklen=length, maxmem=2**28)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode().replace("=", "")


def unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
