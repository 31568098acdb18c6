from typing import Literal, NotRequired, TypedDict


class Key(TypedDict):
    """A key that the partner has given us, pinned by its id."""

    kid: str
    alg: Literal["RS256", "ES256", "HS256"]
    # RS256, ES256: the public key as PEM. HS256: the shared secret in Base64url.
    key: str


class Policy(TypedDict):
    """What a token has to fit."""

    keys: list[Key]
    issuer: str
    audience: str
    # Seconds since 1970, as in the claims.
    now: int
    # By how many seconds clocks may differ.
    leeway: int


Code = Literal[
    "MALFORMED",
    "UNKNOWN_KEY",
    "ALG_NOT_ALLOWED",
    "BAD_SIGNATURE",
    "EXPIRED",
    "NOT_YET_VALID",
    "BAD_ISSUER",
    "BAD_AUDIENCE",
    "BAD_TYPE",
]


class Verdict(TypedDict):
    ok: bool
    claims: NotRequired[dict]
    code: NotRequired[Code]
