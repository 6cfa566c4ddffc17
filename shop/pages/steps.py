"""The steps of buying, shown on top of checkout and while an order waits for its payment."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Step:
    name: str
    url: str = ""
    is_done: bool = False
    is_current: bool = False


CHECKOUT_STEPS = (
    Step(name="Cart", url="/cart/", is_done=True),
    Step(name="Address and delivery", is_current=True),
    Step(name="Payment"),
)
PAYMENT_STEPS = (
    Step(name="Cart", is_done=True),
    Step(name="Address and delivery", is_done=True),
    Step(name="Payment", is_current=True),
)
