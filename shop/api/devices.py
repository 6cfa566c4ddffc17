"""allauth's call for devices, with a list that does not ask the database for each of them."""

from allauth.core.internal.httpkit import authenticated_user
from allauth.headless.usersessions.response import SessionsResponse
from allauth.headless.usersessions.views import SessionsView

from accounts.devices import list_devices


class DevicesView(SessionsView):
    def _respond_session_list(self) -> SessionsResponse:
        devices = list_devices(user=authenticated_user(self.request))
        return SessionsResponse(self.request, devices)
