"""Where a customer is signed in, in as many statements for ten devices as for one."""

from collections.abc import Iterable

from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from accounts.sessions import opens

MOST_DEVICES = 50


def list_devices(*, user: AbstractBaseUser) -> list[UserSession]:
    """Return the devices on which the customer is signed in; forget those that are out.

    allauth's own list asks three times for each device. Sessions are in SQL, see
    docs/adr/0006-sessions-in-sql.md.
    """
    devices = list(UserSession.objects.filter(user_id=user.pk).order_by("pk"))
    sessions = Session.objects.filter(
        session_key__in=[device.session_key for device in devices], expire_date__gt=timezone.now()
    )
    good = {each.session_key for each in sessions if opens(each.get_decoded(), user)}
    if out := [device.pk for device in devices if device.session_key not in good]:
        UserSession.objects.filter(pk__in=out).delete()
    return [device for device in devices if device.session_key in good]


def remember_device(request: HttpRequest) -> None:
    """Put the session that has just begun on its customer's list; end the oldest beyond the most.

    Scripts that sign in for each call would else make the list, and each look at it, ever longer.
    """
    UserSession.objects.create_from_request(request)
    devices = UserSession.objects.filter(user_id=request.user.pk)
    live = Session.objects.filter(
        session_key=OuterRef("session_key"), expire_date__gt=timezone.now()
    )
    devices.exclude(Exists(live)).delete()
    end_devices(devices.order_by("-last_seen_at", "-pk")[MOST_DEVICES:])


def end_all_devices(*, user: AbstractBaseUser) -> None:
    """Sign the customer out everywhere."""
    end_devices(UserSession.objects.filter(user_id=user.pk))


def end_devices(devices: Iterable[UserSession]) -> None:
    """Sign customers out there, in as many statements for ten devices as for one."""
    if keys := [device.session_key for device in devices]:
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()


class DevicesAdapter(DefaultUserSessionsAdapter):
    """Has allauth end devices all at once."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        end_devices(sessions)
