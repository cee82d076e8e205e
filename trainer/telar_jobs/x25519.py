"""X25519 of RFC 7748: a key exchange. Keys are 32 bytes. For one secret a job, not for speed, and not in constant time."""

from __future__ import annotations

_P = 2**255 - 19
_A24 = 121665
BASE = (9).to_bytes(32, "little")


def x25519(scalar: bytes, point: bytes = BASE) -> bytes:
    """The shared secret of a private key and a public one; with the base point, the public key."""
    k = int.from_bytes(scalar, "little") & ~7 & ((1 << 255) - 1) | (1 << 254)
    x1 = int.from_bytes(point, "little") & ((1 << 255) - 1)
    x2, z2, x3, z3 = 1, 0, x1, 1
    swapped = 0
    for bit in reversed(range(255)):
        now = k >> bit & 1
        if swapped ^ now:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swapped = now
        a, b, c, d = (x2 + z2) % _P, (x2 - z2) % _P, (x3 + z3) % _P, (x3 - z3) % _P
        aa, bb, da, cb = a * a % _P, b * b % _P, d * a % _P, c * b % _P
        e = (aa - bb) % _P
        x3, z3 = (da + cb) ** 2 % _P, x1 * (da - cb) ** 2 % _P
        x2, z2 = aa * bb % _P, e * (aa + _A24 * e) % _P
    if swapped:
        x2, z2 = x3, z3
    return (x2 * pow(z2, _P - 2, _P) % _P).to_bytes(32, "little")
