import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CONFIG_ERROR = 78  # EX_CONFIG of sysexits.h


class Secret:
    """A text that cannot be printed by accident: str, repr and JSON get the mask."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "****" if len(self._value) < 16 else f"****{self._value[-4:]}"


# Parsers turn a trimmed text into a value, or raise ValueError when it has another form.


def port(text: str) -> int:
    number = int(text) if re.fullmatch("[0-9]+", text) else 0
    if not 1 <= number <= 65_535:
        raise ValueError(text)
    return number


def boolean(text: str) -> bool:
    if text.lower() in ("true", "1"):
        return True
    if text.lower() in ("false", "0"):
        return False
    raise ValueError(text)


def duration_ms(text: str) -> int:
    match = re.fullmatch("([0-9]+)(ms|s|m)", text)
    if not match:
        raise ValueError(text)
    return int(match[1]) * {"ms": 1, "s": 1_000, "m": 60_000}[match[2]]


def text_list(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(text)
    return text


class Environment:
    """Reads variables one by one and remembers every problem and every name it was asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._known: set[str] = set()
        self.problems: list[dict[str, str]] = []

    def read(self, name: str, parse: Callable[[str], Any], default: Any = None, required: bool = False) -> Any:
        value = self._value(name)
        if value is None:
            return self._fail(name, "missing") if required else default
        try:
            return parse(value)
        except ValueError:
            return self._fail(name, "invalid")

    def secret(self, name: str, required: bool = False) -> Secret | None:
        value, path = self._value(name), self._value(f"{name}_FILE")
        if value and path:
            return self._fail(name, "conflict")
        if path:
            return self._secret_in(path, f"{name}_FILE")
        if value:
            return Secret(value)
        return self._fail(name, "missing") if required else None

    def unknown(self, prefix: str) -> list[str]:
        """Set names with our prefix that nothing asked for: typing errors most of the time."""
        names = [name for name in self._variables if name.startswith(prefix) and name not in self._known]
        return [name for name in names if self._value(name)]

    def _secret_in(self, path: str, name: str) -> Secret | None:
        try:
            # Bytes, since text mode would turn other line ends into \n.
            return Secret(Path(path).read_bytes().decode().removesuffix("\n"))
        except (OSError, UnicodeDecodeError):
            return self._fail(name, "unreadable")

    def _value(self, name: str) -> str | None:
        self._known.add(name)
        return self._variables.get(name, "").strip() or None

    def _fail(self, name: str, code: str) -> None:
        self.problems.append({"name": name, "code": code})


environment = Environment(os.environ)

config = {
    "env": environment.read("SHOP_ENV", str, default="local"),
    "port": environment.read("SHOP_PORT", port, default=8080),
    "publicUrl": environment.read("SHOP_PUBLIC_URL", url, required=True),
    "verboseErrors": environment.read("SHOP_VERBOSE_ERRORS", boolean, default=False),
    "secureCookies": environment.read("SHOP_SECURE_COOKIES", boolean, default=True),
    "requestTimeoutMs": environment.read("SHOP_REQUEST_TIMEOUT", duration_ms, default=5_000),
    "allowedOrigins": environment.read("SHOP_ALLOWED_ORIGINS", text_list, default=[]),
    "databasePassword": environment.secret("SHOP_DATABASE_PASSWORD", required=True),
    "mailKey": environment.secret("SHOP_MAIL_KEY"),
}
warnings = environment.unknown("SHOP_")

if environment.problems:
    print(json.dumps({"problems": environment.problems, "warnings": warnings}))
    sys.exit(CONFIG_ERROR)
print(json.dumps({"config": config, "warnings": warnings}, default=str))
