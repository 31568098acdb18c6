"""The call protocol's values in Python: what encode.mjs writes is read here, and the other way round."""

import base64
import builtins
import contextlib
import dataclasses
import datetime
import enum
import inspect
import math
import re
from collections.abc import Mapping, Sequence, Set

MAX_FRAME, MAX_DEPTH, MAX_NODES, MAX_DIGITS, SAFE = 1024 * 1024, 60, 100_000, 4096, 2**53 - 1
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


class TooLarge(Exception):
    pass


class SuiteError(Exception):
    """An error of the suite's that has no class here; each gets a class with its own name below this one."""


class Tools(dict):
    """An object of functions that the suite hands over: `tools.send_mail(…)`, or `tools["sendMail"](…)`."""

    # Before dict's own methods: the suite may call a member `get` or `update`.
    def __getattribute__(self, name):
        for key in (name, re.sub(r"(?<!_)_([a-z])", lambda match: match[1].upper(), name)):
            if dict.__contains__(self, key):
                return dict.__getitem__(self, key)
        return super().__getattribute__(name)


def decode(value, function):
    """@param function makes a callable of the number of a function on the suite's side"""

    def dec(value):
        if isinstance(value, list):
            return [dec(part) for part in value]
        if not isinstance(value, dict):
            return value
        if "$" not in value:
            return record(value.items())
        return tags[value["$"]](value)

    def record(pairs):
        made = {key: dec(part) for key, part in pairs}
        return Tools(made) if made and all(callable(part) for part in made.values()) else made

    tags = {
        "undef": lambda t: None,
        "num": lambda t: float(t["v"].replace("Infinity", "inf")),
        "big": lambda t: int(t["v"]),
        "date": lambda t: None if t["v"] is None else EPOCH + datetime.timedelta(milliseconds=t["v"]),
        "map": lambda t: {hashable(dec(key)): dec(part) for key, part in t["v"]},
        "set": lambda t: {hashable(dec(part)) for part in t["v"]},
        "bytes": lambda t: base64.b64decode(t["v"]),
        "o": lambda t: record(t["v"]),
        "err": lambda t: error_from({k: dec(part) for k, part in t.items() if k not in ("$", "props")} | dict(dec(t.get("props", [])))),
        "fn": lambda t: function(t["id"]),
    }
    return dec(value)


def hashable(value):
    return tuple(hashable(part) for part in value) if isinstance(value, list) else value


def error_from(wire, scope=None):
    """An exception of the learner's, else the built-in of that name, else one made for the purpose."""
    if isinstance(wire, BaseException):
        if not isinstance(wire, SuiteError):
            return wire
        wire = {"name": type(wire).__name__, "message": str(wire), "cause": wire.__cause__, **vars(wire)}
    name, message = wire.pop("name", "Exception"), wire.pop("message", "")
    known = [(scope or {}).get(name), getattr(builtins, name, None), Exception if name == "Error" else None]
    cls = next((c for c in known if isinstance(c, type) and issubclass(c, Exception)), None) or type(name, (SuiteError,), {})
    # Without its __init__, whose parameters nobody here knows.
    error = cls.__new__(cls, message)
    error.args = (message,)
    cause = wire.pop("cause", None)
    error.__cause__ = cause if isinstance(cause, BaseException) else None
    for key, value in wire.items():
        with contextlib.suppress(AttributeError):  # A class may have a property of that name.
            setattr(error, key, value)
    return error


def encode(value):
    """JSON-safe; what cannot travel becomes an opaque mark that says its kind. Never raises."""
    try:
        return Encoder().enc(value)
    except TooLarge as error:
        return opaque(str(error))
    except Exception:
        return opaque("value that cannot be read")


def opaque(kind):
    return {"$": "opaque", "v": kind}


class Encoder:
    def __init__(self):
        self.nodes = 0
        self.above = []

    def enc(self, value):
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooLarge("value with too many parts")
        if isinstance(value, enum.Enum):
            return self.enc(value.value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return whole(value)
        if isinstance(value, float):
            return fraction(value)
        if any(value is other for other in self.above):
            return opaque("circular value")
        if len(self.above) >= MAX_DEPTH:
            return opaque("value nested too deeply")
        self.above.append(value)
        try:
            return self.compound(value)
        finally:
            self.above.pop()

    def compound(self, value):
        if isinstance(value, (bytes, bytearray, memoryview)):
            return {"$": "bytes", "v": base64.b64encode(value).decode("ascii")}
        if isinstance(value, datetime.datetime):
            return moment(value)
        if isinstance(value, BaseException):
            return self.error(value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self.mapping({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
        if isinstance(value, tuple) and hasattr(value, "_asdict"):
            return self.mapping(value._asdict())
        if isinstance(value, Mapping):
            return self.mapping(value)
        if isinstance(value, Sequence):
            return [self.enc(part) for part in value]
        if isinstance(value, Set):
            return {"$": "set", "v": [self.enc(part) for part in value]}
        return opaque(kind_of(value))

    def mapping(self, value):
        pairs = [[self.enc(key), self.enc(part)] for key, part in value.items()]
        if not all(isinstance(key, str) for key in value):
            return {"$": "map", "v": pairs}
        if "$" in value or "__proto__" in value:
            return {"$": "o", "v": pairs}
        return dict(pairs)

    def error(self, error):
        wire = {"$": "err", "name": type(error).__name__, "message": message_of(error)}
        code = getattr(error, "code", None)
        own = {key: part for key, part in vars(error).items() if key not in ("code", "message", "name") and not key.startswith("_")}
        if code is not None:
            wire["code"] = self.enc(code)
        if error.__cause__ is not None:
            wire["cause"] = self.enc(error.__cause__)
        if own:
            wire["props"] = [[key, self.enc(part)] for key, part in own.items()]
        return wire


def whole(value):
    if abs(value) <= SAFE:
        return int(value)
    # Before str(), which refuses such numbers too.
    return opaque("huge integer") if value.bit_length() > MAX_DIGITS * 3.32 else {"$": "big", "v": str(int(value))}


def fraction(value):
    if math.isnan(value):
        return {"$": "num", "v": "NaN"}
    if math.isinf(value):
        return {"$": "num", "v": "Infinity" if value > 0 else "-Infinity"}
    return {"$": "num", "v": "-0"} if value == 0 and math.copysign(1, value) < 0 else float(value)


def moment(value):
    if value.tzinfo is None:
        return opaque("datetime without a time zone")
    return {"$": "date", "v": (value - EPOCH) / datetime.timedelta(milliseconds=1)}


def message_of(error):
    try:
        return str(error)
    except Exception:
        return "(no readable message)"


def kind_of(value):
    if inspect.isgenerator(value):
        return "generator"
    return "function" if inspect.isroutine(value) or isinstance(value, type) else f"object of the class {type(value).__name__}"
