"""allauth's pages around signing in, where they must do more, or do it faster."""

from typing import Any

from allauth.account.views import ConfirmLoginCodeView
from allauth.core.internal.httpkit import authenticated_user
from allauth.usersessions.views import ListUserSessionsView
from django.http import HttpResponse

from accounts.devices import list_devices
from accounts.proof import forget_unproven_credentials


class LoginCodePage(ConfirmLoginCodeView):
    """Signing in by a code that was e-mailed."""

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        user = self.stage.login.user
        forget_unproven_credentials(user=user, email=self._process.state.get("email", ""))
        response: HttpResponse = super()._verify_form_valid(form)
        return response


class DevicesPage(ListUserSessionsView):
    """Where the customer is signed in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Past allauth's own, which looks at each session by itself.
        context: dict[str, Any] = super(ListUserSessionsView, self).get_context_data(**kwargs)
        devices = list_devices(user=authenticated_user(self.request))
        return {**context, "sessions": devices, "session_count": len(devices)}


confirm_login_code = LoginCodePage.as_view()
list_devices_page = DevicesPage.as_view()
