"""The tokens of apps: short-lived access, and refresh tokens that serve once."""

import hashlib
from typing import Any

from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from shop.core.advisory import try_lock


class RotatingTokens(JWTTokenStrategy):
    """allauth's tokens, but nobody gets two new pairs for one refresh token."""

    def create_session_token(self, request: HttpRequest) -> str:
        """Return the session's token; if the session has moved, have the others made anew too.

        A new password moves the session of whoever chose it, so that all others end. allauth
        would leave the app with the access and refresh tokens of where the session was.
        """
        token = str(super().create_session_token(request))
        if self.get_session_token(request) != token:
            # allauth hands tokens out to whom it did not know before.
            headless: Any = request.allauth.headless  # type: ignore[attr-defined]
            headless._pre_user = AnonymousUser()  # noqa: SLF001
        return token

    def refresh_token(self, refresh_token: str) -> tuple[str, str] | None:
        """Return a new pair, or None for a token that has served or is being served."""
        # allauth reads the session, then writes it: two calls at once would both be answered.
        name = hashlib.sha256(refresh_token.encode()).hexdigest()
        with transaction.atomic():
            if not try_lock(f"refresh:{name}"):
                return None
            pair: tuple[str, str] | None = super().refresh_token(refresh_token)
            return pair
