"""The page for a request that cannot even be read, such as one in an unknown encoding."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer without looking at the form again: reading it is what failed."""
    return render(None, "400.html", status=400)
