"""The tokens of apps: short-lived access, and refresh tokens that serve once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from allauth.headless.tokens.strategies.jwt import JWTTokenStrategy, internal
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest

from accounts.models import UsedRefreshToken


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
        """Return a new pair, or None for a token that has served or whose session is over.

        allauth keeps the tokens that are good in the session, which whoever has read it before
        writes back: there the spent token would be good again and the new one unknown.
        """
        payload = internal.decode_token(refresh_token, "refresh")
        if payload is None:
            return None
        with transaction.atomic():
            session = _lock_session(payload)
            user = internal.validate_token_user(payload, session) if session else None
            if session is None or user is None or not _use(payload):
                return None
            internal.get_refresh_token_state(session).clear()
            access = internal.create_access_token(user, session, self.get_claims(user))
            refresh = internal.create_refresh_token(user, session)
            session.save()  # its time begins anew
        return access, refresh


def forget_used_tokens(*, now: datetime) -> int:
    """Delete those whose time is over; return how many they were."""
    count, _ = UsedRefreshToken.objects.filter(expires_at__lt=now).delete()
    return count


def _lock_session(payload: Mapping[str, Any]) -> SessionBase | None:
    """Return the token's session, which nobody ends or refreshes until the transaction is over."""
    key = internal.session_key_from_sid(payload["sid"])
    if not Session.objects.select_for_update().filter(pk=key).exists():
        return None
    session: SessionBase | None = internal.get_token_session(payload)
    return session


def _use(payload: Mapping[str, Any]) -> bool:
    """Note that the token serves now; tell whether it had not before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_usedrefreshtoken (jti, expires_at) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING",
            [payload["jti"], datetime.fromtimestamp(payload["exp"], UTC)],
        )
        return bool(cursor.rowcount)
