"""What the bank refuses, each with the HTTP status and code its API answers with."""

from http import HTTPStatus


class BankError(Exception):
    """A request the bank understood and refuses."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "refused"


class BadRequest(BankError):
    """The request is malformed; the message says which part and why."""

    code = "bad_request"


class WrongKey(BankError):
    """The API key is missing or wrong."""

    status = HTTPStatus.UNAUTHORIZED
    code = "wrong_key"


class UnknownReference(BankError):
    """No session, capture or refund has this reference."""

    status = HTTPStatus.NOT_FOUND
    code = "unknown_reference"


class KeyReused(BankError):
    """The idempotency key (or payment id) came before with other contents."""

    status = HTTPStatus.CONFLICT
    code = "key_reused"


class SessionClosed(BankError):
    """The session is no longer open, so nothing can be done in it."""

    status = HTTPStatus.CONFLICT
    code = "session_closed"


class SessionAlreadyPaid(SessionClosed):
    """The money is captured; a refund is the only way back."""

    code = "already_paid"


class RefundTooLarge(BankError):
    """The refunds of a capture would exceed it."""

    code = "refund_too_large"


class Unavailable(BankError):
    """The bank plays dead, as it was told to."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
