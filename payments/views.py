"""Where gateways send their messages."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments.gateways import gateways
from payments.services import receive_webhook
from shop.core.errors import InvalidInput

LARGEST_BODY = 256 * 1024


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, gateway_name: str) -> JsonResponse:
    """Answer 200 for all that is kept for good, 400 for what is not genuine, 500 to have more."""
    if gateway_name not in gateways:
        return _answer(404, "unknown_gateway", f"There is no gateway “{gateway_name[:30]}”.")
    # Both before the body is read: a stranger who sends it slowly must not hold a thread.
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        return _answer(413, "too_large", "The message is too large.")
    if gateways[gateway_name].signature_header not in request.headers:
        return _answer(400, "bad_signature", "The message is not signed.")
    try:
        outcome = receive_webhook(
            gateway_name=gateway_name,
            headers=request.headers,
            body=request.body,
            now=timezone.now(),
        )
    except InvalidInput as error:
        return _answer(400, error.code, str(error))
    if not outcome.is_accepted:
        return _answer(500, "failed", "The message is kept and will be tried again.")
    answer = {"verdict": outcome.verdict, "detail": outcome.detail}
    return JsonResponse(answer | {"duplicate": outcome.is_duplicate})


def _answer(status: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
