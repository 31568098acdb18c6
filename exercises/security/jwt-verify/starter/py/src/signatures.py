"""
Signature checks of public keys, which Python's standard library lacks. Functions and formats are those of the usual
packages: a key is PEM text, an ECDSA signature is a DER sequence of two integers. Verifying needs no secrets, so plain
arithmetic will do here; in production take the package `cryptography`.
"""

import base64
import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def verify_rsa_sha256(public_key: str, message: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256."""
    modulus, exponent = integers(bit_string(public_key))
    size = (modulus.bit_length() + 7) // 8
    digest = SHA256_PREFIX + hashlib.sha256(message).digest()
    expected = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    value = int.from_bytes(signature, "big")
    return len(signature) == size and value < modulus and pow(value, exponent, modulus).to_bytes(size, "big") == expected


def verify_ecdsa_p256_sha256(public_key: str, message: bytes, signature: bytes) -> bool:
    """ECDSA on the curve P-256 with SHA-256; the signature in DER."""
    point = bit_string(public_key)[-65:]
    key = (int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big"))
    try:
        r, s = integers(signature)
    except (ValueError, IndexError):
        return False
    if not (0 < r < N and 0 < s < N and is_on_curve(key)):
        return False
    digest, inverse = int.from_bytes(hashlib.sha256(message).digest(), "big"), pow(s, -1, N)
    sum_ = add(times(digest * inverse % N, G), times(r * inverse % N, key))
    return sum_ is not None and sum_[0] % N == r


def der_signature(r: int, s: int) -> bytes:
    """Two integers as the DER sequence that an ECDSA signature is."""
    body = b"".join(bytes([2, len(raw)]) + raw for raw in (n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (r, s)))
    return bytes([0x30, len(body)]) + body


def is_on_curve(point):
    x, y = point
    return (y * y - (x * x * x - 3 * x + B)) % P == 0


def add(a, b):
    """Points of the curve; None is the point at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(factor, point):
    result = None
    while factor:
        if factor & 1:
            result = add(result, point)
        point, factor = add(point, point), factor >> 1
    return result


def bit_string(public_key):
    """What a PEM public key (SubjectPublicKeyInfo) wraps: SEQUENCE { algorithm, BIT STRING }."""
    der = base64.b64decode("".join(line for line in public_key.splitlines() if "-----" not in line))
    _, info, _ = element(der)
    _, _, rest = element(info)
    _, bits, _ = element(rest)
    return bits[1:]


def integers(der):
    """The two integers of a SEQUENCE, and nothing after it."""
    tag, body, rest = element(der)
    tag_a, a, more = element(body)
    tag_b, b, end = element(more)
    if (tag, tag_a, tag_b) != (0x30, 2, 2) or rest or end:
        raise ValueError("not a sequence of two integers")
    return int.from_bytes(a, "big", signed=True), int.from_bytes(b, "big", signed=True)


def element(der):
    """Tag, contents, and what follows."""
    tag, length, start = der[0], der[1], 2
    if length & 0x80:
        start = 2 + (length & 0x7F)
        length = int.from_bytes(der[2:start], "big")
    if len(der) < start + length:
        raise ValueError("cut short")
    return tag, der[start : start + length], der[start + length :]
