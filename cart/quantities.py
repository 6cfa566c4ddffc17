"""What a quantity may be, and how one that a person typed is read."""

import re

from cart.errors import InvalidQuantity

MIN_QUANTITY = 1
MAX_QUANTITY = 99
"""Of one SKU in one cart; the database holds to it too."""

# int() would also take "1_0", "+5" and other scripts' digits.
WHOLE_NUMBER = re.compile(r"-?[0-9]+")


def parse_quantity(raw: int | str) -> int:
    """Return `raw` as a quantity.

    :raises InvalidQuantity: unless it is a whole number from 1 to 99
    """
    text = str(raw).strip()
    if not WHOLE_NUMBER.fullmatch(text):
        raise InvalidQuantity(
            f"“{text[:20]}” is not a quantity: type a whole number"
            f" from {MIN_QUANTITY} to {MAX_QUANTITY}."
        )
    # Cut first, or a megabyte of digits would keep int() busy.
    if not MIN_QUANTITY <= int(text[:20]) <= MAX_QUANTITY:
        raise InvalidQuantity(
            f"The quantity must be from {MIN_QUANTITY} to {MAX_QUANTITY}, not {text[:20]}."
        )
    return int(text)
