"""ChaCha20-Poly1305 of RFC 8439: opens what was sealed. The standard library has no cipher of its own."""

from __future__ import annotations

import hmac
import struct

_MASK = 0xFFFFFFFF
TAG_BYTES = 16


def open_sealed(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    """`key` 32 bytes, `nonce` 12; `sealed` ends with its tag. Raises ValueError when it was sealed with another key."""
    body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
    one_time = _block(key, 0, nonce)[:32]
    lengths = struct.pack("<QQ", len(aad), len(body))
    wanted = _poly1305(one_time, _padded(aad) + _padded(body) + lengths)
    if not hmac.compare_digest(wanted, tag):
        raise ValueError("sealed with another key, or changed on the way")
    stream = b"".join(_block(key, 1 + i, nonce) for i in range(-(-len(body) // 64)))
    return bytes(a ^ b for a, b in zip(body, stream))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 16)


def _poly1305(key: bytes, message: bytes) -> bytes:
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(message), 16):
        total = (total + int.from_bytes(message[at : at + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def _block(key: bytes, counter: int, nonce: bytes) -> bytes:
    start = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce)]
    state = start.copy()
    for _ in range(10):
        for a, b, c, d in _ROUNDS:
            _quarter(state, a, b, c, d)
    return struct.pack("<16I", *((x + y) & _MASK for x, y in zip(state, start)))


_COLUMNS = [(i, 4 + i, 8 + i, 12 + i) for i in range(4)]
_DIAGONALS = [(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4) for i in range(4)]
_ROUNDS = _COLUMNS + _DIAGONALS


def _quarter(s: list[int], a: int, b: int, c: int, d: int) -> None:
    for x, y, z, shift in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & _MASK
        mixed = s[z] ^ s[x]
        s[z] = (mixed << shift | mixed >> (32 - shift)) & _MASK
