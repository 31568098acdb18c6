import base64
import hashlib
import hmac
import json
import re

from policy import Policy, Verdict
from signatures import der_signature, verify_ecdsa_p256_sha256, verify_rsa_sha256

SEGMENTS = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")


class Refused(Exception):
    pass


def verify_token(token: str, policy: Policy) -> Verdict:
    try:
        return {"ok": True, "claims": checked(token, policy)}
    except Refused as refusal:
        return {"ok": False, "code": str(refusal)}


def checked(token: str, policy: Policy) -> dict:
    segments = SEGMENTS.fullmatch(token)
    need(segments and len(token) <= 8192, "MALFORMED")
    header, claims = parsed(segments[1]), parsed(segments[2])
    signature = decoded(segments[3])
    key = {key["kid"]: key for key in policy["keys"]}.get(text(header, "kid"))
    need(key, "UNKNOWN_KEY")
    need(header.get("alg") == key["alg"], "ALG_NOT_ALLOWED")
    need(VERIFIERS[key["alg"]](key["key"], token[: segments.end(2)].encode(), signature), "BAD_SIGNATURE")
    now, leeway = policy["now"], policy["leeway"]
    need(number(claims, "exp") + leeway >= now, "EXPIRED")
    need("nbf" not in claims or now >= number(claims, "nbf", otherwise=float("inf")) - leeway, "NOT_YET_VALID")
    need(claims.get("iss") == policy["issuer"], "BAD_ISSUER")
    need(is_for(claims.get("aud"), policy["audience"]), "BAD_AUDIENCE")
    need(header.get("typ") in ["at+jwt", "JWT"], "BAD_TYPE")
    return claims


def need(condition: object, code: str) -> None:
    if not condition:
        raise Refused(code)


def decoded(segment: str) -> bytes:
    need(len(segment) % 4 != 1, "MALFORMED")
    data = base64.urlsafe_b64decode(segment + "==")
    need(base64.urlsafe_b64encode(data).rstrip(b"=") == segment.encode(), "MALFORMED")
    return data


def parsed(segment: str) -> dict:
    try:
        # int() raises for NaN and Infinity, which Python reads and JSON does not know.
        value = json.loads(decoded(segment).decode(), parse_constant=int)
    except (ValueError, RecursionError):
        raise Refused("MALFORMED") from None
    need(type(value) is dict, "MALFORMED")
    return value


def text(members: dict, name: str) -> str | None:
    return members[name] if isinstance(members.get(name), str) else None


def number(members: dict, name: str, otherwise: float = float("-inf")) -> float:
    value = members.get(name)
    return value if type(value) in (int, float) else otherwise


def is_for(audience: object, wanted: str) -> bool:
    return wanted in audience if isinstance(audience, list) else audience == wanted


def verify_hs256(secret: str, message: bytes, signature: bytes) -> bool:
    made = hmac.new(base64.urlsafe_b64decode(secret + "=="), message, hashlib.sha256).digest()
    return hmac.compare_digest(made, signature)


def verify_es256(public_key: str, message: bytes, signature: bytes) -> bool:
    if len(signature) != 64:
        return False
    r, s = signature[:32], signature[32:]
    return verify_ecdsa_p256_sha256(public_key, message, der_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big")))


VERIFIERS = {"RS256": verify_rsa_sha256, "ES256": verify_es256, "HS256": verify_hs256}
