"""allauth's forms in the shop's words: it says "Email", in the label and again in the box."""

from typing import Any

from allauth.account.forms import AddEmailForm, LoginForm, ResetPasswordForm, SignupForm
from django import forms

LABELS = {"login": "E-mail", "email": "E-mail", "password": "Password", "password1": "Password"}


class _InOurWords:
    """Labels as elsewhere in the shop; no placeholders, which vanish when one needs them."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class ShopLoginForm(_InOurWords, LoginForm):
    """Signing in."""


class ShopSignupForm(_InOurWords, SignupForm):
    """Creating an account."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password1"].help_text = "At least 8 characters, and not too easy to guess."


class ShopResetPasswordForm(_InOurWords, ResetPasswordForm):
    """Asking for a link to choose a new password."""


class ShopAddEmailForm(_InOurWords, AddEmailForm):
    """Changing the e-mail."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = "New e-mail"
