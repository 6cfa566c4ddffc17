"""The fields of checkout; what makes an address a good one is for accounts to say."""

from datetime import datetime
from typing import Any, cast

from django import forms

from accounts.addresses import REQUIRED
from accounts.errors import InvalidAddress
from accounts.forms import AddressForm
from accounts.services import validate_address
from accounts.types import PostalAddress, SavedAddress
from logistics.states import ServiceLevel
from shop.core.errors import InvalidInput
from shop.core.money import Money
from shop.core.postal import find_place
from shop.core.visitor import Destination

NEW = "new"
SHORTEST_CODE = 5
ADDRESS_FIELDS = tuple(PostalAddress.__dataclass_fields__)
EMAIL_REFUSED = "Enter a valid e-mail address, such as ada@example.com."
LEVEL_REFUSED = "Choose one of the ways of delivery."


class CheckoutForm(AddressForm):
    """E-mail (guests), an address of the book or a new one, and how fast it shall come.

    `saved` is the customer's address book: with "address" naming one of its entries the fields of
    a new address are not looked at.
    """

    is_default = None  # type: ignore[assignment]  # of the address book; not asked here
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        error_messages={"required": "Enter your e-mail address.", "invalid": EMAIL_REFUSED},
        help_text="For the confirmation, and news of your parcels.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    save_address = forms.BooleanField(label="Save to my address book", required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        is_customer: bool,
        saved: list[SavedAddress],
        **options: Any,
    ) -> None:
        super().__init__(data, use_required_attribute=not saved, **options)
        self.saved = {str(entry.id): entry for entry in saved}
        if is_customer:
            del self.fields["email"]
        else:
            del self.fields["save_address"]
        for name, message in REQUIRED.items():
            self.fields[name].error_messages["required"] = message

    @property
    def chosen(self) -> str:
        """Return which address is chosen: an id of the address book, or "new"."""
        asked = self._said("address")
        return asked if asked in self.saved else NEW

    @property
    def saved_address(self) -> PostalAddress | None:
        entry = self.saved.get(self.chosen)
        return entry.address if entry else None

    @property
    def service_level(self) -> str:
        """Return how fast it shall come: standard if nothing sensible is said."""
        asked = self._said("service_level")
        return asked if asked in ServiceLevel.values else ServiceLevel.STANDARD

    @property
    def destination(self) -> Destination | None:
        """Return where it shall go, as soon as there is a ZIP code, whatever else is missing."""
        if self.saved_address is not None:
            return self.saved_address.destination
        return find_destination(self._said("postal_code"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = self.data.get("service_level")
        if asked and asked not in ServiceLevel.values:
            self.add_error(None, LEVEL_REFUSED)
        if self.saved_address is None:
            self._check_new_address()
        else:
            for name in self._new_address_fields():
                self.errors.pop(name, None)
        return cleaned

    def to_address(self) -> PostalAddress:
        """Return where the parcels go; the form must be valid."""
        return self.saved_address or self._new_address()

    def expected_total(self) -> Money | None:
        """Return the total that the page showed for the chosen way of delivery, if it did."""
        shown = self.data.get(f"expected_total_{self.service_level}", "")
        if not (shown.isascii() and shown.isdigit() and len(shown) < 14):  # noqa: PLR2004
            return None
        return Money(int(shown))

    def is_stale(self, now: datetime) -> bool:
        """Say whether what the page showed was for another ZIP code, or its cut-off is over."""
        shown_for = self.data.get("quoted_postal_code", "")
        if self.destination is None or shown_for != self.destination.postal_code:
            return True
        try:
            cut_off = datetime.fromisoformat(self.data.get(f"order_by_{self.service_level}", ""))
        except ValueError:
            return True
        return cut_off.tzinfo is None or cut_off < now

    def fill_place(self) -> tuple[str, ...]:
        """Fill in city and state from the ZIP code, and return which; a typed city stays."""
        place = self.destination
        if place is None or self.saved_address is not None:
            return ()
        filled = {"region": place.region} if self._said("region") != place.region else {}
        before = find_destination(self._said("quoted_postal_code"))
        city = self._said("city").strip()
        if city != place.city and (not city or (before and city == before.city)):
            filled["city"] = place.city
        if filled:
            typed: Any = self.data
            self.data = typed.copy()
            cast("Any", self.data).update(filled)
        return tuple(filled)

    @property
    def postal_code_errors(self) -> list[str]:
        """Return what is wrong with the ZIP code, said as soon as it is typed."""
        if self.is_bound or self.saved_address is not None:
            return [str(error) for error in self.errors.get("postal_code", [])]
        typed = self._said("postal_code").strip()
        if len(typed) < SHORTEST_CODE:
            return []  # still being typed
        try:
            find_place("US", typed)
        except InvalidInput as error:
            return [str(error)]
        return []

    @property
    def wants_saving(self) -> bool:
        return self.saved_address is None and bool(self.cleaned_data.get("save_address"))

    def _said(self, name: str) -> str:
        said = self.data.get(name) if self.is_bound else self.initial.get(name)
        return str(said or "")

    def _check_new_address(self) -> None:
        try:
            validate_address(self._new_address())
        except InvalidAddress as error:
            for name, texts in error.fields.items():
                if name not in self.errors:
                    self.add_error(name if name in self.fields else None, cast("Any", texts))

    def _new_address(self) -> PostalAddress:
        given = {name: self.cleaned_data.get(name) or "" for name in self._new_address_fields()}
        return PostalAddress(**given)

    def _new_address_fields(self) -> tuple[str, ...]:
        return tuple(name for name in ADDRESS_FIELDS if name in self.fields)


def find_destination(postal_code: str) -> Destination | None:
    """Return where a ZIP code is, None as long as it is none."""
    try:
        place = find_place("US", postal_code)
    except InvalidInput:
        return None
    return Destination(
        country=place.country,
        postal_code=place.postal_code,
        city=place.city,
        region=place.region,
    )
