"""Compresses answers; also those of the API that the package would leave as they are."""

import re

from django_http_compression.middleware import HttpCompressionMiddleware

THEIRS = HttpCompressionMiddleware.content_type_re.pattern
OURS = r"application/(?:problem\+json|vnd\.oai\.openapi)"


class CompressionMiddleware(HttpCompressionMiddleware):
    content_type_re = re.compile(f"(?:{THEIRS})|{OURS}", re.VERBOSE | re.IGNORECASE)
