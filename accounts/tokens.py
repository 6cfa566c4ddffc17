"""The tokens of apps: short-lived access, and refresh tokens that serve once."""

import hashlib

from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy
from django.db import transaction

from shop.core.advisory import try_lock


class RotatingTokens(JWTTokenStrategy):
    """allauth's tokens, but nobody gets two new pairs for one refresh token."""

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Return a new pair, or None for a token that has served or is being served."""
        # allauth reads the session, then writes it: two calls at once would both be answered.
        name = hashlib.sha256(refresh_token.encode()).hexdigest()
        with transaction.atomic():
            if not try_lock(f"refresh:{name}"):
                return None
            pair: tuple[str, str] | None = super().refresh_token(refresh_token)
            return pair
