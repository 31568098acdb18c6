import json
import os
import re
from dataclasses import dataclass, field, fields
from typing import Any, Callable

GIVEN = {name: value.strip() for name, value in os.environ.items() if value.strip()}


class Problem(Exception):
    def __init__(self, name: str, code: str) -> None:
        super().__init__(name, code)
        self.name = name
        self.code = code


def setting(variable: str, read: Callable[[str], Any], **default: Any) -> Any:
    """A field that knows its variable; without a default it is required."""
    return field(metadata={"variable": variable, "read": read}, **default)


def number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(text)
    return int(text)


def port(text: str) -> int:
    if number(text) not in range(1, 65_536):
        raise ValueError(text)
    return number(text)


def boolean(text: str) -> bool:
    values = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in values:
        raise ValueError(text)
    return values[text.lower()]


def duration(text: str) -> int:
    for unit, factor in (("ms", 1), ("s", 1000), ("m", 60_000)):
        if text.endswith(unit):
            return number(text.removesuffix(unit)) * factor
    raise ValueError(text)


def origins(text: str) -> list[str]:
    return list(filter(None, map(str.strip, text.split(","))))


def url(text: str) -> str:
    if not re.match(r"https?://[^/?#:\s]", text):
        raise ValueError(text)
    return text


def secret(text: str) -> str:
    """Only the mask is kept: this program prints its configuration and does nothing else with it."""
    return "****" + (text[-4:] if len(text) >= 16 else "")


@dataclass
class Config:
    publicUrl: str = setting("SHOP_PUBLIC_URL", url)
    databasePassword: str = setting("SHOP_DATABASE_PASSWORD", secret)
    env: str = setting("SHOP_ENV", str, default="local")
    port: int = setting("SHOP_PORT", port, default=8080)
    verboseErrors: bool = setting("SHOP_VERBOSE_ERRORS", boolean, default=False)
    secureCookies: bool = setting("SHOP_SECURE_COOKIES", boolean, default=True)
    requestTimeoutMs: int = setting("SHOP_REQUEST_TIMEOUT", duration, default=5000)
    allowedOrigins: list[str] = setting("SHOP_ALLOWED_ORIGINS", origins, default_factory=list)
    mailKey: str | None = setting("SHOP_MAIL_KEY", secret, default=None)


REQUIRED = ("SHOP_PUBLIC_URL", "SHOP_DATABASE_PASSWORD")


def source(variable: str, is_secret: bool) -> str | None:
    path = GIVEN.get(variable + "_FILE") if is_secret else None
    if path is None:
        return GIVEN.get(variable)
    if variable in GIVEN:
        raise Problem(variable, "conflict")
    try:
        with open(path, encoding="utf-8", newline="") as file:
            content = file.read()
    except OSError:
        raise Problem(variable + "_FILE", "unreadable") from None
    return content[:-1] if content.endswith("\n") else content


def values() -> tuple[dict[str, Any], list[Problem]]:
    """What the environment sets, by member, and what is wrong with it."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for member in fields(Config):
        variable, read = member.metadata["variable"], member.metadata["read"]
        try:
            text = source(variable, read is secret)
            if text is not None:
                found[member.name] = read(text)
            elif variable in REQUIRED:
                problems.append(Problem(variable, "missing"))
        except ValueError:
            problems.append(Problem(variable, "invalid"))
        except Problem as problem:
            problems.append(problem)
    return found, problems


known = {member.metadata["variable"] for member in fields(Config)}
known |= {member.metadata["variable"] + "_FILE" for member in fields(Config) if member.metadata["read"] is secret}
warnings = sorted(name for name in GIVEN if name.startswith("SHOP_") and name not in known)

found, problems = values()
if problems:
    print(json.dumps({"problems": [vars(problem) for problem in problems], "warnings": warnings}, indent=2))
    raise SystemExit(78)
print(json.dumps({"config": vars(Config(**found)), "warnings": warnings}, indent=2))
