"""Idempotency keys: pressing "place order" twice places one order."""

import hashlib
import json
import re
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from orders.errors import InvalidCheckout, KeyInUse, KeyReused
from orders.models import IdempotencyKey
from shop.core.advisory import try_lock
from shop.core.visitor import Owner

KEY = re.compile(r"[!-~]{8,100}")
# A checkout page may stay open in a tab for days.
KEPT_FOR = timedelta(days=7)


def claim(*, owner: Owner, key: str, fingerprint: str) -> str | None:
    """Claim the key for this transaction; return the order it placed before, if it did.

    :raises InvalidCheckout: if it is no key
    :raises KeyInUse: if another request holds it at this moment: nobody waits in line
    :raises KeyReused: if it placed an order with other contents
    """
    if not KEY.fullmatch(key):
        message = gettext("Send 8 to 100 printable characters without spaces.")
        raise InvalidCheckout(message, fields={"idempotency_key": [message]})
    name = owner_name(owner)
    if not try_lock(f"{name}:{key}"):
        raise KeyInUse
    row = IdempotencyKey.objects.filter(owner=name, key=key).first()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise KeyReused
    return row.order_number


def keep(*, owner: Owner, key: str, fingerprint: str, order_number: str, now: datetime) -> None:
    """Record the order under its key, in the transaction that places it."""
    IdempotencyKey.objects.create(
        owner=owner_name(owner),
        key=key,
        fingerprint=fingerprint,
        order_number=order_number,
        created_at=now,
    )


def forget_old_keys(*, now: datetime) -> int:
    """Delete keys that nobody sends again; return how many."""
    count, _ = IdempotencyKey.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return count


def fingerprint_of(**body: Any) -> str:
    """Return a digest of what was asked for: equal for equal requests."""
    text = json.dumps(body, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def owner_name(owner: Owner) -> str:
    if owner.customer_id is not None:
        return f"customer:{owner.customer_id}"
    return f"visitor:{owner.visitor}"
