"""Where allauth meets the shop: what happens at log-in, and how its e-mails look and leave."""

from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse

from accounts.app_sign_in import is_from_app
from accounts.devices import remember_device
from accounts.errors import MailUnavailable
from accounts.services import record_sign_in


class AccountAdapter(DefaultAccountAdapter):
    """The shop's answers to allauth's questions."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign the customer in and tell the apps that keep something for visitors.

        Every way in (password, new account, reset link) comes through here, so that no signal
        is needed. A sign-in that cannot bring the cart along fails as a whole and is tried again.
        """
        # Read first: the visitor id belongs to the session before the log-in.
        visitor: str = getattr(request, "visitor", "")
        record_sign_in(customer_id=user.pk, visitor=visitor)
        super().login(request, user)
        if is_from_app(request):
            # As long as the refresh token would live: each refresh begins the time anew.
            request.session.set_expiry(settings.HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN)
        remember_device(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send in the request: the shopper waits for the code, and a queue should not keep it.

        :raises MailUnavailable: if the mail server takes no mail now
        """
        named = {"shop_name": settings.SHOP_NAME, "shop_url": settings.SHOP_URL, **context}
        try:
            super().send_mail(template_prefix, email, named)
        except (SMTPException, OSError) as error:
            raise MailUnavailable(f"Could not send {template_prefix}") from error

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Return an e-mail that no out-of-office assistant answers."""
        headers = {"Auto-Submitted": "auto-generated", **(headers or {})}
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        return message

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as the template has it, without the site's name in brackets."""
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link from our own setting: the request's Host header may be anybody's."""
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.SHOP_URL}{path}"
