"""Checking the signature of a sandbox webhook: `t=<unix>,v1=<hex of HMAC-SHA256(t.body)>`."""

import hashlib
import hmac
from datetime import datetime

from payments.gateways.base import BadSignature, StaleTimestamp

TOLERANCE_SECONDS = 300
LONGEST_STAMP = 12  # digits


def verify(*, header: str, body: bytes, secret: str, now: datetime) -> None:
    """Return if the header signs the body, recently.

    :raises BadSignature: when it does not, or cannot be read
    :raises StaleTimestamp: when it did, but too long ago or in the future
    """
    stamp, signature = _parts(header)
    expected = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), signature.encode()):
        raise BadSignature("The signature does not match.")
    # Only now: the time in an unsigned header says nothing.
    if abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise StaleTimestamp("The signature is too old.")


def _parts(header: str) -> tuple[str, str]:
    pairs = dict(part.strip().partition("=")[::2] for part in header.split(","))
    stamp, signature = pairs.get("t", ""), pairs.get("v1", "")
    is_time = stamp.isascii() and stamp.isdecimal() and len(stamp) <= LONGEST_STAMP
    if not is_time or not signature:
        raise BadSignature("The signature header is missing or unreadable.")
    return stamp, signature
