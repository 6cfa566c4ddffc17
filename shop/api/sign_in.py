"""allauth's calls for signing in, where they must do more."""

from typing import Any

from allauth.headless.account.views import ConfirmLoginCodeView
from django.http import HttpRequest, HttpResponse

from accounts.proof import forget_unproven_credentials


class LoginCodeView(ConfirmLoginCodeView):
    """Signing in by a code that was e-mailed."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = self.stage.login.user
        forget_unproven_credentials(user=user, email=self.process.state.get("email", ""))
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response
