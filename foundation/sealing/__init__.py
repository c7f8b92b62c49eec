"""Encryption of single columns and files: one cipher, named keys, rotation by adding a key in front."""

from foundation.sealing.cipher import UnsealError, seal, seal_bytes, unseal, unseal_bytes
from foundation.sealing.fields import Sealed, SealedTextField, mask_of

__all__ = [
    "Sealed",
    "SealedTextField",
    "UnsealError",
    "mask_of",
    "seal",
    "seal_bytes",
    "unseal",
    "unseal_bytes",
]
