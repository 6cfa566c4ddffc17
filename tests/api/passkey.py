"""A telephone's passkey: makes a key pair for the shop and signs the shop's challenges with it."""

import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG
TOUCHED = FLAG.UP | FLAG.UV


class Passkey:
    """One key, for one account of the shop at `origin`."""

    def __init__(self, origin: str = "http://localhost:8000") -> None:
        self.origin = origin
        self._id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._user_handle = ""

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create()`."""
        asked = options["publicKey"]
        self._user_handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self._key.public_key())
        proof = AttestedCredentialData.create(Aaguid.NONE, self._id, public)
        about = AuthenticatorData.create(
            sha256(asked["rp"]["id"].encode()), TOUCHED | FLAG.AT, 0, proof
        )
        response = {
            "clientDataJSON": websafe_encode(
                self._client_data(CollectedClientData.TYPE.CREATE, asked)
            ),
            "attestationObject": websafe_encode(AttestationObject.create("none", about, {})),
        }
        return self._credential(response)

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get()`."""
        asked = options["publicKey"]
        about = AuthenticatorData.create(sha256(asked["rpId"].encode()), TOUCHED, 1)
        told = self._client_data(CollectedClientData.TYPE.GET, asked)
        signature = self._key.sign(about + sha256(told), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(told),
            "authenticatorData": websafe_encode(about),
            "signature": websafe_encode(signature),
            "userHandle": self._user_handle,
        }
        return self._credential(response)

    def _client_data(self, kind: str, asked: dict[str, Any]) -> CollectedClientData:
        challenge = websafe_decode(asked["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self._id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
