"""`Idempotency-Key`: a call that is repeated has one effect, and the first one's answer.

The key is claimed in the transaction of the effect, and the answer is kept in it: whoever is
killed in between has done nothing. A refusal keeps nothing, so the same key may try again.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework import status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api.shopper import caller_of
from shop.core.advisory import try_lock
from shop.core.errors import Conflict, InvalidInput
from shop.core.models import IdempotentAnswer
from shop.core.visitor import Owner

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
KEY = re.compile(r"[!-~]{8,100}")
KEPT_HEADERS = ("ETag", "Location")
KEPT_FOR = timedelta(hours=24)

P = ParamSpec("P")
View = TypeVar("View", bound=APIView)
Handler = Callable[Concatenate[View, Request, P], Response]


class KeyMissing(InvalidInput):
    code = "idempotency_key_missing"

    def __init__(self) -> None:
        super().__init__(
            gettext("Send %(header)s with this call, so that repeating it does nothing twice.")
            % {"header": HEADER},
            fields={HEADER: [gettext("Is missing.")]},
        )


class BadKey(InvalidInput):
    code = "bad_idempotency_key"

    def __init__(self) -> None:
        message = gettext("Must be 8 to 100 printable characters without spaces.")
        super().__init__(f"{HEADER}: {message}", fields={HEADER: [message]})


class KeyOfAnotherCall(InvalidInput):
    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(gettext("This key was sent with another call before."))


class CallInProgress(Conflict):
    code = "call_in_progress"
    retry_after = 1

    def __init__(self) -> None:
        super().__init__(gettext("The same call is being answered at this moment."))


def idempotent(*, is_required: bool = False) -> Callable[[Handler[View, P]], Handler[View, P]]:
    """Have a view's method obey the key, in a transaction of its own.

    :raises KeyMissing, BadKey: without a proper key
    :raises KeyOfAnotherCall: when path, method or body differ from the first call's
    :raises CallInProgress: while another request with the key is at it: nobody waits in line
    """

    def decorate(handler: Handler[View, P]) -> Handler[View, P]:
        @wraps(handler)
        def handle(view: View, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
            key = request.headers.get(HEADER)
            if key is None:
                if is_required:
                    raise KeyMissing
                return handler(view, request, *args, **kwargs)
            if not KEY.fullmatch(key):
                raise BadKey
            owner = _name_of(caller_of(request).owner)
            with transaction.atomic():
                answer = _find(owner, key, _fingerprint(request))
                if answer is not None:
                    return answer
                response = handler(view, request, *args, **kwargs)
                if status.is_success(response.status_code):
                    _keep(owner, key, _fingerprint(request), response)
            return response

        return cast("Handler[View, P]", handle)

    return decorate


def forget_old_answers(*, now: datetime) -> int:
    """Delete what nobody repeats any more; return how many answers that were."""
    count, _ = IdempotentAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return count


def _find(owner: str, key: str, fingerprint: str) -> Response | None:
    if not try_lock(f"{owner}:{key}"):
        raise CallInProgress
    kept = IdempotentAnswer.objects.filter(owner=owner, key=key).first()
    if kept is None:
        return None
    if kept.fingerprint != fingerprint:
        raise KeyOfAnotherCall
    return Response(kept.body, status=kept.status, headers={**kept.headers, REPLAYED: "true"})


def _keep(owner: str, key: str, fingerprint: str, response: Response) -> None:
    headers: dict[str, Any] = {
        name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
    }
    IdempotentAnswer.objects.create(
        owner=owner,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        body=json.loads(JSONRenderer().render(response.data)),
        headers=headers,
        created_at=timezone.now(),
    )


def _name_of(owner: Owner) -> str:
    return f"c{owner.customer_id}" if owner.customer_id is not None else f"v{owner.visitor}"


def _fingerprint(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    # The body as sent: what DRF has parsed may have been read off the socket already.
    digest.update(repr(request.data).encode())
    return digest.hexdigest()
