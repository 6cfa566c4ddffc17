"""An amount of money in minor units (cents) with its ISO 4217 currency."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language, to_locale

from shop.core.errors import InvalidInput

LARGEST_MINOR = 10**11  # a billion dollars: beyond it an amount is a typing error


class InvalidAmount(InvalidInput):
    code = "invalid_amount"


@dataclass(frozen=True, order=True)
class Money:
    """`minor` counts the currency's smallest unit; amounts of two currencies never mix."""

    minor: int
    currency: str = "USD"

    @classmethod
    def zero(cls, currency: str = "USD") -> "Money":
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str = "USD") -> "Money":
        """Read a plain decimal number such as ``12.50``.

        :raises InvalidAmount: for anything else, negative, too fine or too large amounts
        """
        try:
            scaled = Decimal(text.strip()).scaleb(get_currency_precision(currency))
        except InvalidOperation:
            raise InvalidAmount(f"{text!r} is not an amount.") from None
        if not scaled.is_finite() or scaled < 0 or scaled > LARGEST_MINOR:
            raise InvalidAmount(f"{text!r} is out of range.")
        if scaled != scaled.to_integral_value():
            raise InvalidAmount(f"{text!r} has more decimals than {currency} has.")
        return cls(int(scaled), currency)

    def __add__(self, other: "Money") -> "Money":
        self._check(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._check(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return self.format(to_locale(get_language() or "en-us"))

    def to_decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def format(self, locale: str = "en_US") -> str:
        """Return the amount as a customer reads it, e.g. ``$1,234.50``."""
        return _format(self.minor, self.currency, locale)

    def _check(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"Cannot combine {self.currency} with {other.currency}.")


@lru_cache(maxsize=8192)
def _format(minor: int, currency: str, locale: str) -> str:
    # Babel takes ~30 µs a call and a listing page shows dozens of prices, most of them again.
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    formatted: str = format_currency(amount, currency, locale=locale)
    return formatted
