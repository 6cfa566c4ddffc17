"""What a quantity may be, and how one that a person typed is read."""

import re

from django.utils.translation import gettext

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
            gettext(
                "“%(text)s” is not a quantity: type a whole number from %(least)s to %(most)s."
            )
            % {"text": text[:20], "least": MIN_QUANTITY, "most": MAX_QUANTITY}
        )
    # Cut first, or a megabyte of digits would keep int() busy.
    if not MIN_QUANTITY <= int(text[:20]) <= MAX_QUANTITY:
        raise InvalidQuantity(
            gettext("The quantity must be from %(least)s to %(most)s, not %(text)s.")
            % {"text": text[:20], "least": MIN_QUANTITY, "most": MAX_QUANTITY}
        )
    return int(text)
