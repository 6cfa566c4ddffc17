"""allauth's pages for signing in, where they must do more."""

from typing import Any

from allauth.account.views import ConfirmLoginCodeView
from django.http import HttpResponse

from accounts.proof import forget_unproven_credentials


class LoginCodePage(ConfirmLoginCodeView):
    """Signing in by a code that was e-mailed."""

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        user = self.stage.login.user
        forget_unproven_credentials(user=user, email=self._process.state.get("email", ""))
        response: HttpResponse = super()._verify_form_valid(form)
        return response


confirm_login_code = LoginCodePage.as_view()
