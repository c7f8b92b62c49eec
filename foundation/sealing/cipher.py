"""AES-256-GCM. What is sealed is bound to its place: moved to another column, it does not open."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_FORMAT = b"s1"
_NONCE_BYTES = 12


class UnsealError(Exception):
    """This cannot be opened: another key, another place, or it was changed."""


@cache
def _keys(setting: str) -> Mapping[str, bytes]:
    """Key id → key, in the order of the setting. A secret without a name has the id 1."""
    keys = {}
    for part in filter(None, (part.strip() for part in setting.split(","))):
        name, colon, secret = part.partition(":")
        key_id, secret = (name.strip(), secret.strip()) if colon else ("1", part)
        if not key_id or not secret or key_id in keys or not key_id.isalnum() or len(key_id) > 40:
            raise ImproperlyConfigured("FIELD_KEY 应写成“编号:密钥,编号:密钥”，编号不能重复。")
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dingbian field key")
        keys[key_id] = derive.derive(secret.encode())
    if not keys:
        raise ImproperlyConfigured("没有设置 FIELD_KEY。")
    return keys


def seal_bytes(data: bytes, context: str) -> bytes:
    """Seal with the first key. `context` says where it belongs, and is needed to open it."""
    key_id, key = next(iter(_keys(settings.FIELD_KEY).items()))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, data, context.encode())
    return _FORMAT + bytes([len(key_id)]) + key_id.encode() + nonce + sealed


def unseal_bytes(token: bytes, context: str) -> bytes:
    """Open what `seal_bytes` has sealed for this place."""
    if token[:2] != _FORMAT or len(token) < 3:
        raise UnsealError("密文格式不对。")
    start = 3 + token[2]
    key = _keys(settings.FIELD_KEY).get(token[3:start].decode("ascii", "replace"))
    if key is None:
        raise UnsealError("没有解密所需的密钥，请检查 FIELD_KEY。")
    nonce, sealed = token[start : start + _NONCE_BYTES], token[start + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, context.encode())
    except (InvalidTag, ValueError):
        raise UnsealError("密文已被改动，或不属于这里。") from None


def seal(text: str, context: str) -> str:
    """Seal a text; the token is plain ASCII."""
    return base64.urlsafe_b64encode(seal_bytes(text.encode(), context)).decode()


def unseal(token: str, context: str) -> str:
    """Open a token of `seal`."""
    try:
        raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise UnsealError("密文格式不对。") from None
    return unseal_bytes(raw, context).decode()
