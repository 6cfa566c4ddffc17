"""The few pieces of HTTP the bank needs: request, answer, routes, a threading server."""

import json
import logging
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from payments.sandbox_site.errors import BadRequest, BankError

logger = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, its body read."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Return the body's JSON object.

        :raises BadRequest: when it is not one
        """
        try:
            content = json.loads(self.body or b"{}")
        except ValueError as error:
            raise BadRequest("the body is not JSON") from error
        if not isinstance(content, dict):
            raise BadRequest("the body must be a JSON object")
        return content

    def form(self) -> dict[str, str]:
        """Return the fields of a posted form."""
        fields = parse_qs(self.body.decode("utf-8", "replace"))
        return {name: values[-1] for name, values in fields.items()}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes back."""

    status: int = HTTPStatus.OK
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[[Request, Mapping[str, str]], Answer]


@dataclass(frozen=True)
class Route:
    """`pattern` is a regular expression for the whole path; its named groups go to the view."""

    method: str
    pattern: str
    view: View


def json_answer(content: Mapping[str, Any], *, status: int = HTTPStatus.OK) -> Answer:
    """Return the content as JSON."""
    return Answer(
        status=status, body=json.dumps(content).encode(), content_type="application/json"
    )


def redirect(url: str) -> Answer:
    """Send the browser elsewhere with a GET."""
    return Answer(status=HTTPStatus.SEE_OTHER, headers={"Location": url})


class Site(ThreadingHTTPServer):
    """A server with a thread per connection; refusals outside /api/ become pages."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True

    def __init__(
        self,
        address: tuple[str, int],
        *,
        routes: Sequence[Route],
        page_for_error: Callable[[int, str], Answer],
    ) -> None:
        self.routes = [(route, re.compile(route.pattern)) for route in routes]
        self.page_for_error = page_for_error
        super().__init__(address, _Handler)

    def answer(self, request: Request) -> Answer:
        """Return the view's answer, or the refusal as the asker can read it."""
        try:
            return self._dispatch(request)
        except BankError as error:
            return self._refusal(request, error.status, error.code, str(error))
        except Exception:  # the last boundary: log it, answer 500, keep serving
            logger.exception("Could not answer %s %s", request.method, request.path)
            return self._refusal(
                request, HTTPStatus.INTERNAL_SERVER_ERROR, "error", "something went wrong"
            )

    def _dispatch(self, request: Request) -> Answer:
        allowed = set()
        for route, pattern in self.routes:
            match = pattern.fullmatch(request.path)
            if match and route.method == request.method:
                return route.view(request, match.groupdict())
            if match:
                allowed.add(route.method)
        if allowed:
            return self._refusal(
                request, HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "wrong method"
            )
        return self._refusal(request, HTTPStatus.NOT_FOUND, "not_found", "there is no such page")

    def _refusal(self, request: Request, status: int, code: str, message: str) -> Answer:
        if request.path.startswith("/api/"):
            return json_answer({"code": code, "message": message}, status=status)
        return self.page_for_error(status, message)


class _Handler(BaseHTTPRequestHandler):
    """Translates between sockets and the site."""

    server: Site
    protocol_version = "HTTP/1.1"
    server_version = "SandboxBank"
    sys_version = ""
    timeout = 30

    def setup(self) -> None:
        super().setup()
        # Headers and body go out in two writes: without this each answer waits for an ACK.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_GET(self) -> None:
        self._serve(self.command)

    def do_POST(self) -> None:
        self._serve(self.command)

    def do_HEAD(self) -> None:
        self._serve("GET")

    def _serve(self, method: str) -> None:
        body = self._body()
        if body is None:
            return
        parts = urlsplit(self.path)
        request = Request(
            method=method,
            path=parts.path,
            query={name: values[-1] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        self._reply(self.server.answer(request))

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        return self.rfile.read(int(length))

    def _reply(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            **answer.headers,
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        logger.debug(format, *args)
