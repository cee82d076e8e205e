"""Opens a secret that Telar sealed to the key of this job: HPKE of RFC 9180, base mode, single shot.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305; `engines/job/seal.ts` is the other side.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from .chacha20_poly1305 import open_sealed
from .x25519 import x25519

INFO = b"telar job secret"
_KEM = b"KEM" + bytes([0, 0x20])
_SUITE = b"HPKE" + bytes([0, 0x20, 0, 1, 0, 3])


class JobKey:
    """A key pair that lives in this process alone."""

    def __init__(self, private: bytes | None = None) -> None:
        self._private = private or secrets.token_bytes(32)
        self.public = x25519(self._private)

    def open(self, enc: bytes, sealed: bytes, aad: bytes, info: bytes = INFO) -> bytes:
        """Raises ValueError when it was sealed to another key or for another name."""
        shared = _expand(
            _KEM, _extract(_KEM, b"", b"eae_prk", x25519(self._private, enc)), b"shared_secret", enc + self.public, 32
        )
        context = b"\0" + _extract(_SUITE, b"", b"psk_id_hash", b"") + _extract(_SUITE, b"", b"info_hash", info)
        secret = _extract(_SUITE, shared, b"secret", b"")
        key = _expand(_SUITE, secret, b"key", context, 32)
        nonce = _expand(_SUITE, secret, b"base_nonce", context, 12)
        return open_sealed(key, nonce, sealed, aad)


def _extract(suite: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + key, hashlib.sha256)


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """All that is asked for fits into one block of SHA-256."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, labelled + b"\1", hashlib.sha256)[:length]
