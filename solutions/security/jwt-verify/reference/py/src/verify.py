import base64
import binascii
import hashlib
import hmac
import json
from typing import NamedTuple

from policy import Code, Key, Policy, Verdict
from signatures import der_signature, verify_ecdsa_p256_sha256, verify_rsa_sha256

LONGEST = 8192


class Token(NamedTuple):
    header: dict
    claims: dict
    # What was signed: the first two segments as they came.
    signed: bytes
    signature: bytes


def verify_token(text: str, policy: Policy) -> Verdict:
    token = parse(text)
    if token is None:
        return refused("MALFORMED")
    key = next((k for k in policy["keys"] if k["kid"] == token.header.get("kid")), None)
    if key is None:
        return refused("UNKNOWN_KEY")
    # The header is the sender's word: it may name the algorithm that the key has, and choose nothing.
    if token.header.get("alg") != key["alg"]:
        return refused("ALG_NOT_ALLOWED")
    if not is_signed(token, key):
        return refused("BAD_SIGNATURE")
    code = misfit(token, policy)
    return refused(code) if code else {"ok": True, "claims": token.claims}


def misfit(token: Token, policy: Policy) -> Code | None:
    claims, now, leeway = token.claims, policy["now"], policy["leeway"]
    if not is_number(claims.get("exp")) or now > claims["exp"] + leeway:
        return "EXPIRED"
    if "nbf" in claims and (not is_number(claims["nbf"]) or now < claims["nbf"] - leeway):
        return "NOT_YET_VALID"
    if claims.get("iss") != policy["issuer"]:
        return "BAD_ISSUER"
    audience = claims.get("aud")
    if policy["audience"] not in (audience if isinstance(audience, list) else [audience]):
        return "BAD_AUDIENCE"
    if token.header.get("typ") not in ("at+jwt", "JWT"):
        return "BAD_TYPE"
    return None


def is_signed(token: Token, key: Key) -> bool:
    if key["alg"] == "RS256":
        return verify_rsa_sha256(key["key"], token.signed, token.signature)
    if key["alg"] == "ES256":
        # JOSE writes r and s as 64 raw bytes; libraries speak DER.
        r, s = (int.from_bytes(half, "big") for half in (token.signature[:32], token.signature[32:]))
        return len(token.signature) == 64 and verify_ecdsa_p256_sha256(key["key"], token.signed, der_signature(r, s))
    secret = base64.urlsafe_b64decode(key["key"] + "==")
    return hmac.compare_digest(hmac.digest(secret, token.signed, hashlib.sha256), token.signature)


def parse(text: str) -> Token | None:
    if len(text) > LONGEST or text.count(".") != 2:
        return None
    try:
        header, claims, signature = (bytes_of(segment) for segment in text.split("."))
        token = Token(json_of(header), json_of(claims), text.rpartition(".")[0].encode(), signature)
    except (ValueError, RecursionError):
        return None
    return token if isinstance(token.header, dict) and isinstance(token.claims, dict) else None


def bytes_of(segment: str) -> bytes:
    """Decoders skip what they do not know; the way back tells whether the segment was the one spelling of its bytes."""
    data = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != segment:
        raise binascii.Error("not the canonical form")
    return data


def json_of(data: bytes) -> object:
    # Of bytes json.loads guesses the encoding; a token is UTF-8.
    return json.loads(data.decode(), parse_constant=no_json)


def no_json(constant: str) -> None:
    """Python reads NaN and Infinity, which JSON does not know."""
    raise ValueError(constant)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def refused(code: Code) -> Verdict:
    return {"ok": False, "code": code}
