"""allauth's app of devices, without what it does at each sign-in."""

from allauth.usersessions.apps import UserSessionsConfig


class DevicesConfig(UserSessionsConfig):
    """Leaves signing in to `AccountAdapter.login`.

    allauth's receiver looks at each session of the customer by itself, in several statements, and
    after a change of SECRET_KEY moves them, so that the other devices no longer know their keys.
    """

    def ready(self) -> None:
        # They import models, which are there only now.
        from allauth.account.signals import password_changed, password_set  # noqa: PLC0415
        from allauth.usersessions.signals import on_password_changed  # noqa: PLC0415

        for signal in (password_set, password_changed):
            signal.connect(on_password_changed)
