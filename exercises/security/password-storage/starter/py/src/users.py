from typing import Protocol


class Users(Protocol):
    """The shop's table of users, as far as passwords are concerned."""

    def find(self, name: str) -> str | None:
        """What is stored for this user: the text that hash_password made, or an old row; None when nobody has the name."""

    def save(self, name: str, stored: str) -> None: ...
