"""The cryptography of reports behind one small interface: Article 36, confidentiality of the reporter.

Every stored key and ciphertext names its ``alg``, so a provider with SM2 and SM4 can stand beside this
one and old rows stay readable.
"""

import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_NONCE = 12


class CannotOpen(Exception):
    """This key does not open this ciphertext, or the ciphertext was changed."""


class Provider(Protocol):
    """What a family of algorithms must offer. ``about`` binds a ciphertext to the place it belongs."""

    alg: str

    def pair(self) -> tuple[bytes, bytes]:
        """A new private and public key."""

    def seal(self, public: bytes, plain: bytes, about: bytes) -> bytes:
        """Encrypt to whoever holds the private key."""

    def unseal(self, private: bytes, sealed: bytes, about: bytes) -> bytes:
        """Open what was sealed. :raises CannotOpen: with any other key."""

    def encrypt(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        """Encrypt with a shared key."""

    def decrypt(self, key: bytes, sealed: bytes, about: bytes) -> bytes:
        """Open what was encrypted. :raises CannotOpen: with any other key."""

    def derive(self, secret: bytes, purpose: bytes) -> bytes:
        """A key for one purpose from a secret of high entropy."""

    def stretch(self, passphrase: str, salt: bytes) -> bytes:
        """A key from a passphrase, slow and memory-hard on purpose."""


class International:
    """HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM; scrypt for passphrases."""

    alg = "x25519-hkdf256-aes256gcm"
    _suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

    def pair(self) -> tuple[bytes, bytes]:
        private = X25519PrivateKey.generate()
        return private.private_bytes_raw(), private.public_key().public_bytes_raw()

    def seal(self, public: bytes, plain: bytes, about: bytes) -> bytes:
        return self._suite.encrypt(plain, X25519PublicKey.from_public_bytes(public), info=about)

    def unseal(self, private: bytes, sealed: bytes, about: bytes) -> bytes:
        try:
            return self._suite.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=about)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen from error

    def encrypt(self, key: bytes, plain: bytes, about: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(key).encrypt(nonce, plain, about)

    def decrypt(self, key: bytes, sealed: bytes, about: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen from error

    def derive(self, secret: bytes, purpose: bytes) -> bytes:
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret)

    def stretch(self, passphrase: str, salt: bytes) -> bytes:
        return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


PROVIDERS: dict[str, Provider] = {each.alg: each for each in (International(),)}
CURRENT = PROVIDERS[International.alg]


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return os.urandom(32)
