import base64
import json

from policy import Policy, Verdict


def verify_token(token: str, policy: Policy) -> Verdict:
    """May the bearer of this token in?"""
    parts = token.split(".")
    if len(parts) < 2:
        return {"ok": False, "code": "MALFORMED"}
    claims = json.loads(decode(parts[1]))
    if claims["exp"] < policy["now"] - policy["leeway"]:
        return {"ok": False, "code": "EXPIRED"}
    if not claims["iss"].startswith(policy["issuer"]):
        return {"ok": False, "code": "BAD_ISSUER"}
    return {"ok": True, "claims": claims}


def decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "==")
