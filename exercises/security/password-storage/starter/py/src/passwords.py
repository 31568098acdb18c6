import hashlib

from users import Users


def hash_password(password: str, cost: int) -> str:
    """What stands in a new row."""
    return f"sha1:{sha1(password)}"


def verify_password(password: str, stored: str) -> bool:
    """Does this password belong to the stored text?"""
    method, hash_ = stored.split(":")
    return method == "sha1" and hash_ == sha1(password)


def login(name: str, password: str, users: Users, cost: int) -> bool:
    """The login form: is this the user's password?"""
    stored = users.find(name)
    return stored is not None and verify_password(password, stored)


# People copy a space along with their password, and complained.
def sha1(password: str) -> str:
    return hashlib.sha1(password.strip().encode()).hexdigest()
