"""The sessions of customers: whose they are, and what follows when they get another key."""

from collections.abc import Mapping
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore as SessionsInSQL
from django.utils.crypto import constant_time_compare

from accounts.models import User


class SessionStore(SessionsInSQL):
    """Django's, but a session stays on its customer's list of devices when its key changes.

    Django gives it another at a sign-in, with a new password, and at the first request after a
    change of SECRET_KEY: without its row there, nobody could end it from another device.
    """

    def cycle_key(self) -> None:
        old = self.session_key
        super().cycle_key()
        if old:
            UserSession.objects.filter(session_key=old).update(session_key=self.session_key)


def customer_of_session(key: str) -> int | None:
    """Return who is signed in, and leave the session as it is.

    `django.contrib.auth.get_user` changes its key after a change of SECRET_KEY, and ends one that
    opens nothing; the former takes an answer that can set the cookie.
    """
    session = SessionStore(key)
    user_id = str(session.get(SESSION_KEY, ""))
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id.isdecimal() else None
    return user.pk if user and opens(session, user) else None


def opens(session: Mapping[str, Any] | SessionStore, user: AbstractBaseUser) -> bool:
    """Tell whether the session is the customer's, and from after the last change of password.

    What makes one good is what `django.contrib.auth.get_user` looks for.
    """
    known = str(session.get(HASH_SESSION_KEY, ""))
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return (
        session.get(SESSION_KEY) == str(user.pk)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and any(constant_time_compare(known, each) for each in hashes)
    )
