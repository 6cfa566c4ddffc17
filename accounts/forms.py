"""Forms of the sign-up page and the address book."""

from typing import Any

from django import forms
from django.http import HttpRequest

from accounts.addresses import MAX_LENGTHS, REQUIRED, STATES
from accounts.errors import InvalidAddress
from accounts.models import User
from accounts.services import validate_address
from accounts.types import PostalAddress


class SignupFields(forms.Form):
    """What the sign-up form asks for besides e-mail and password."""

    full_name = forms.CharField(
        label="Your name",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("full_name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keep the name; allauth calls this after it has made the account."""
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])


class AddressForm(forms.Form):
    """The fields of one address; what makes it a good one is for accounts.services to say."""

    full_name = forms.CharField(
        label="Full name",
        max_length=MAX_LENGTHS["full_name"],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    line1 = forms.CharField(
        label="Street and number",
        max_length=MAX_LENGTHS["line1"],
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    line2 = forms.CharField(
        label="Apartment, suite, floor",
        max_length=MAX_LENGTHS["line2"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    postal_code = forms.CharField(
        label="ZIP code",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    city = forms.CharField(
        label="City",
        max_length=MAX_LENGTHS["city"],
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    region = forms.ChoiceField(
        label="State",
        choices=[("", "Choose a state"), *sorted(STATES.items(), key=lambda item: item[1])],
        widget=forms.Select(attrs={"autocomplete": "address-level1"}),
    )
    phone = forms.CharField(
        label="Phone",
        max_length=MAX_LENGTHS["phone"],
        required=False,
        help_text="Only for the carrier, if the parcel cannot be delivered.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    is_default = forms.BooleanField(label="Deliver here unless I say otherwise", required=False)


class AddressBookForm(AddressForm):
    """An address of the book: all that is wrong with it is said at once, beside its field."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, message in REQUIRED.items():
            self.fields[name].error_messages["required"] = message

    def clean(self) -> dict[str, Any]:
        """Have the address judged even if fields are missing, which it then says anew."""
        try:
            validate_address(self.to_address())
        except InvalidAddress as error:
            for name in error.fields.keys() - self.errors.keys():
                self.add_error(name if name in self.fields else None, error.fields[name])
        return self.cleaned_data

    def to_address(self) -> PostalAddress:
        """Return what the form says as an address."""
        names = PostalAddress.__dataclass_fields__.keys() & self.fields.keys()
        return PostalAddress(**{name: self.cleaned_data.get(name, "") for name in names})
