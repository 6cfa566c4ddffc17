"""Where allauth's second factors and passkeys meet the shop."""

import base64
import hashlib
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class MFAAdapter(DefaultMFAAdapter):
    """The shop's answers to allauth's questions."""

    def get_totp_issuer(self) -> str:
        """Name the shop in authenticator apps, whatever host the request came by."""
        return str(settings.SHOP_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to our own setting: the request's Host header may be anybody's."""
        return {"id": urlsplit(settings.SHOP_URL).hostname or "", "name": settings.SHOP_NAME}

    def encrypt(self, text: str) -> str:
        """Keep secrets of authenticator apps unreadable in copies of the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key_of(secret)) for secret in secrets])


def _key_of(secret: str | bytes) -> bytes:
    digest = hashlib.sha256(b"accounts.mfa:" + force_bytes(secret)).digest()
    return base64.urlsafe_b64encode(digest)
