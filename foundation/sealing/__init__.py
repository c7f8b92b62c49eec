"""Encryption of single columns and files: one cipher, named keys, rotation by adding a key in front."""

from foundation.sealing.cipher import UnsealError, seal, seal_bytes, unseal, unseal_bytes
from foundation.sealing.fields import Sealed, SealedTextField

__all__ = [
    "Sealed",
    "SealedTextField",
    "UnsealError",
    "seal",
    "seal_bytes",
    "unseal",
    "unseal_bytes",
]
