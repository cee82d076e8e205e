"""The ciphers against the vectors of their RFCs."""

from __future__ import annotations

import unittest

from telar_jobs.chacha20_poly1305 import open_sealed
from telar_jobs.hpke import JobKey
from telar_jobs.x25519 import x25519

h = bytes.fromhex


class X25519(unittest.TestCase):
    def test_multiplies_as_in_rfc_7748_section_5_2(self) -> None:
        scalar = h("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4")
        point = h("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c")
        self.assertEqual(x25519(scalar, point).hex(), "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")


class ChaCha20Poly1305(unittest.TestCase):
    key = h("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")
    nonce = h("070000004041424344454647")
    aad = h("50515253c0c1c2c3c4c5c6c7")
    sealed = h(
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
        "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
        "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
        "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"
    )

    def test_opens_the_example_of_rfc_8439_section_2_8_2(self) -> None:
        text = open_sealed(self.key, self.nonce, self.sealed, self.aad)
        self.assertTrue(text.startswith(b"Ladies and Gentlemen of the class of '99"))

    def test_refuses_what_was_changed(self) -> None:
        changed = bytes([self.sealed[0] ^ 1]) + self.sealed[1:]
        for sealed, aad in ((changed, self.aad), (self.sealed, b"other"), (b"", self.aad)):
            with self.assertRaises(ValueError):
                open_sealed(self.key, self.nonce, sealed, aad)


class Hpke(unittest.TestCase):
    """RFC 9180, A.2.1: base mode, the first message."""

    private = h("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
    enc = h("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a")
    sealed = h(
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    )
    info = b"Ode on a Grecian Urn"

    def test_opens_what_the_rfc_sealed(self) -> None:
        key = JobKey(self.private)
        self.assertEqual(key.public.hex(), "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a")
        self.assertEqual(key.open(self.enc, self.sealed, b"Count-0", self.info), b"Beauty is truth, truth beauty")

    def test_does_not_open_for_another_name_or_with_another_key(self) -> None:
        for key, name in ((JobKey(self.private), b"Count-1"), (JobKey(), b"Count-0")):
            with self.assertRaises(ValueError):
                key.open(self.enc, self.sealed, name, self.info)
