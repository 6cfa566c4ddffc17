"""The development mailbox: what customers of a shop without a mail server would have got."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from notifications.selectors import get_mail, list_mailbox

# An e-mail's own inline styles and remote pictures, and nothing else: no scripts, no forms.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


@require_GET
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the e-mails, newest first."""
    return render(request, "notifications/mailbox.html", {"mails": list_mailbox()})


@require_GET
@never_cache
def mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Show one e-mail, HTML and text."""
    return render(request, "notifications/mail.html", {"mail": get_mail(mail_id=mail_id)})


@require_GET
@never_cache
def mail_html(_request: HttpRequest, mail_id: int) -> HttpResponse:
    """Serve the HTML part alone, for the frame on the e-mail's page."""
    response = HttpResponse(get_mail(mail_id=mail_id).html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
