"""Forms of the backoffice: the services' rules, told beside the field."""

from typing import Any

from django import forms

from catalog.selectors import get_offers
from logistics.errors import (
    InvalidNetwork,
    StockBelowReserved,
    StockChangedMeanwhile,
    UnknownSku,
)
from logistics.models import Carrier, Lane, Stock, Warehouse
from logistics.services.inventory import check_on_hand
from logistics.services.network import check_calendar, check_lane
from logistics.types import LaneInput
from shop.core.errors import DomainError
from shop.core.money import InvalidAmount, Money
from shop.core.postal import find_place

WEEKDAYS = [
    (1, "Monday"),
    (2, "Tuesday"),
    (3, "Wednesday"),
    (4, "Thursday"),
    (5, "Friday"),
    (6, "Saturday"),
    (7, "Sunday"),
]


def show_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """Put the refusal beside the fields it names, if the form has them, else above the form."""
    told = {name: texts for name, texts in error.fields.items() if name in form.fields}
    for name, texts in told.items():
        for text in texts:
            form.add_error(name, text)
    if not told:
        form.add_error(None, str(error))


def working_days_field() -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )


class WarehouseForm(forms.ModelForm[Warehouse]):
    """Time zone and position may stay empty: they follow from the postal code."""

    working_days = working_days_field()
    timezone = forms.CharField(
        label="Time zone",
        required=False,
        help_text="Such as America/Chicago; left empty it follows from the postal code.",
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)

    class Meta:
        model = Warehouse
        fields = (
            "code",
            "name",
            "country",
            "postal_code",
            "latitude",
            "longitude",
            "timezone",
            "cutoff",
            "working_days",
            "is_active",
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        try:
            self._complete(data)
        except DomainError as error:
            show_refusal(self, error)
        return data

    def _complete(self, data: dict[str, Any]) -> None:
        if "postal_code" not in data or "country" not in data:
            return
        place = find_place(data["country"], data["postal_code"])
        data["postal_code"] = place.postal_code
        data["timezone"] = data.get("timezone") or place.timezone
        if data.get("latitude") is None or data.get("longitude") is None:
            data["latitude"], data["longitude"] = place.latitude, place.longitude
        if data.get("working_days"):
            days = tuple(data["working_days"])
            check_calendar(timezone=data["timezone"], working_days=days)


class CarrierForm(forms.ModelForm[Carrier]):
    working_days = working_days_field()

    class Meta:
        model = Carrier
        fields = ("code", "name", "working_days", "tracking_url")


class LaneForm(forms.ModelForm[Lane]):
    fee = forms.CharField(help_text="Such as 4.99.")

    class Meta:
        model = Lane
        fields = (
            "warehouse",
            "carrier",
            "service_level",
            "country",
            "postal_areas",
            "transit_days",
            "fee",
            "currency",
            "is_active",
        )
        widgets = {"postal_areas": forms.Textarea(attrs={"rows": 6, "cols": 60})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "fee" in self.fields:
            fee = Money(self.instance.fee_minor, self.instance.currency)
            self.fields["fee"].initial = f"{fee.to_decimal():f}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        try:
            self.instance.fee_minor = Money.parse(data["fee"], data["currency"]).minor
        except InvalidAmount as error:
            self.add_error("fee", str(error))
            return data
        try:
            check_lane(_lane_input(data, self.instance.fee_minor))
        except InvalidNetwork as error:
            show_refusal(self, error)
        return data


def _lane_input(data: dict[str, Any], fee_minor: int) -> LaneInput:
    return LaneInput(
        warehouse_code=data["warehouse"].code,
        carrier_code=data["carrier"].code,
        service_level=data["service_level"],
        postal_areas=data["postal_areas"],
        transit_days=data["transit_days"],
        fee_minor=fee_minor,
        currency=data["currency"],
        country=data["country"],
    )


class StockForm(forms.ModelForm[Stock]):
    """Saved by `services.set_stock`; what the service would refuse is told beforehand.

    The hidden first value is what the person has seen: a quantity that an order changed meanwhile
    is neither overwritten by saving another row nor corrected blindly.
    """

    on_hand = forms.IntegerField(show_hidden_initial=True, label="On hand")

    class Meta:
        model = Stock
        fields = ("warehouse", "sku", "on_hand")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and "on_hand" in self.changed_data:
            try:
                self._check(data["on_hand"])
            except DomainError as error:
                show_refusal(self, error)
        return data

    @property
    def seen_on_hand(self) -> int | None:
        """What the page showed before it was changed; None on the page for new stock."""
        if not self.instance.pk:
            return None
        shown = self["on_hand"]
        hidden = shown.field.hidden_widget().value_from_datadict(
            self.data,
            self.files,
            shown.html_initial_name,
        )
        return int(hidden) if str(hidden or "").isdigit() else None

    def _check(self, on_hand: int) -> None:
        check_on_hand(on_hand)
        if not self.instance.pk:
            sku = self.cleaned_data["sku"]
            if sku not in get_offers(skus=[sku]):
                raise UnknownSku(sku=sku)
            return
        now = Stock.objects.select_related("warehouse").get(pk=self.instance.pk)
        code, sku, seen = now.warehouse.code, now.sku, self.seen_on_hand
        if seen is not None and seen != now.on_hand:
            raise StockChangedMeanwhile(
                warehouse_code=code, sku=sku, expected=seen, on_hand=now.on_hand
            )
        if on_hand < now.reserved:
            raise StockBelowReserved(
                warehouse_code=code, sku=sku, on_hand=on_hand, reserved=now.reserved
            )
