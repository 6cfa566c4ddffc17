"""The language of what people read in answers: that of `Accept-Language`, if we have it.

The storefront is English, whatever a browser would like better.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant, gettext_noop
from django.utils.translation.trans_real import parse_accept_lang_header

PREFIX = "/api/"

# What `problem_of` looks up: the names of statuses, and what `shop.api.middleware` says.
TITLES = (
    gettext_noop("Bad Request"),
    gettext_noop("Unauthorized"),
    gettext_noop("Payment Required"),
    gettext_noop("Forbidden"),
    gettext_noop("Not Found"),
    gettext_noop("Method Not Allowed"),
    gettext_noop("Not Acceptable"),
    gettext_noop("Conflict"),
    gettext_noop("Gone"),
    gettext_noop("Precondition Failed"),
    gettext_noop("Request Entity Too Large"),
    gettext_noop("Unsupported Media Type"),
    gettext_noop("Unprocessable Entity"),
    gettext_noop("Too Many Requests"),
    gettext_noop("Internal Server Error"),
    gettext_noop("Service Unavailable"),
)
DETAILS = (
    gettext_noop("This request cannot be read."),
    gettext_noop("This is not allowed."),
    gettext_noop("There is no such address."),
    gettext_noop("This address does not know this method."),
    gettext_noop("What was sent is too large."),
    gettext_noop("Something went wrong on our side. We have been told."),
    gettext_noop("Something we need does not answer. Please try again shortly."),
)
# What accounts refuses, where the text is a constant.
OF_ACCOUNTS = (
    gettext_noop("Please check the address."),
    gettext_noop("This address is not in your address book."),
    gettext_noop("This address has changed since you last read it. Read it again."),
    gettext_noop("There is no such customer."),
    gettext_noop("There is an account with this e-mail already."),
    gettext_noop("Enter the name of the person who receives the parcel."),
    gettext_noop("Enter the street and number."),
    gettext_noop("Enter the city."),
    gettext_noop("Choose the state."),
    gettext_noop("Enter the ZIP code."),
    gettext_noop("This contains characters that cannot be printed."),
    gettext_noop("This cannot contain a web address."),
    gettext_noop("We deliver within the United States only."),
    gettext_noop("Enter a telephone number such as (415) 555-0132, or leave it empty."),
)


class ApiLanguageMiddleware:
    """Answers in the caller's language, and tells caches that it did."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        language = _language_of(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response


def _language_of(header: str) -> str:
    """Return the best language we have; a cookie has no say, as caches do not look at it."""
    for code, _ in parse_accept_lang_header(header.lower()):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return get_supported_language_variant(settings.LANGUAGE_CODE)
