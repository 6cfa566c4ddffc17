"""Value objects that other apps see of payments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shop.core.money import Money


@dataclass(frozen=True, kw_only=True)
class RefundInfo:
    refund_id: UUID
    amount: Money
    state: str
    state_label: str
    reason: str
    requested_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PaymentInfo:
    """`pay_url` is the gateway's page, empty until its session is open."""

    payment_id: UUID
    order_number: str
    gateway: str
    amount: Money
    state: str
    state_label: str
    created_at: datetime
    expires_at: datetime
    pay_url: str
    refund: RefundInfo | None

    def is_open(self, now: datetime) -> bool:
        return self.state == "pending" and now < self.expires_at
