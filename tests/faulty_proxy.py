"""A TCP proxy on the loopback that can refuse, hang, cut off, speak TLS and want a password."""

import base64
import socket
import ssl
import threading
from contextlib import suppress
from typing import Literal, Self

import trustme

Mode = Literal["pass", "hang", "refuse"]
CHUNK = 65536


class Certificates:
    """A certificate for the loopback by an authority of its own."""

    def __init__(self) -> None:
        self.authority = trustme.CA()
        self._server = self.authority.issue_cert("127.0.0.1", "localhost")

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.configure_cert(context)
        # PostgreSQL's clients ask for their protocol by name.
        context.set_alpn_protocols(["postgresql"])
        return context

    def write_authority(self, path: str) -> str:
        """Write the authority's certificate for a client to trust, and return the path."""
        self.authority.cert_pem.write_to_path(path)
        return path


class FaultyProxy:
    """Passes bytes on to `target` (host, port) until told to do worse; use it as a context.

    `credentials` ("user:password") are asked of HTTP clients: any other request gets a 401.
    """

    def __init__(
        self,
        target: tuple[str, int],
        *,
        tls: ssl.SSLContext | None = None,
        credentials: str = "",
    ) -> None:
        self._target = target
        self._tls = tls
        self._wanted = b"Basic " + base64.b64encode(credentials.encode()) if credentials else b""
        self._mode: Mode = "pass"
        self._pairs: set[socket.socket] = set()
        self._listener = self._listen(0)
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_port()
        self.cut()

    def hang(self) -> None:
        """Accept connections, read what comes and never answer; those that are up go silent."""
        self._mode = "hang"

    def refuse(self) -> None:
        """Close the port and every connection, as a server that is gone."""
        self._mode = "refuse"
        self._close_port()
        self.cut()

    def heal(self) -> None:
        """Pass on again; connections that hung are cut, as the bytes they lost are lost."""
        if self._mode == "refuse":
            self._listener = self._listen(self.port)
        self.cut()
        self._mode = "pass"

    def cut(self) -> None:
        """Close every connection, once."""
        # Some drivers connect anew in the background while all is being cut.
        while self._pairs:
            each = self._pairs.pop()
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _close_port(self) -> None:
        # Closing alone leaves the port open for as long as a thread waits in accept.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            if self._tls:
                client = self._tls.wrap_socket(client, server_side=True)
            server = socket.create_connection(self._target, timeout=5)
            server.settimeout(None)
        except OSError:
            client.close()
            return
        self._pairs |= {client, server}
        threading.Thread(target=self._pump, args=(server, client), daemon=True).start()
        if self._wanted and not self._is_admitted(client, server):
            return
        self._pump(client, server)

    def _is_admitted(self, client: socket.socket, server: socket.socket) -> bool:
        """Look at the first request of a connection; every client sends its password with it."""
        head = b""
        with suppress(OSError):
            while b"\r\n\r\n" not in head:
                received = client.recv(CHUNK)
                if not received:
                    break
                head += received
        if self._wanted.lower() not in head.lower():
            with suppress(OSError):
                client.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
                client.shutdown(socket.SHUT_RDWR)
            return False
        server.sendall(head)
        return True

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError, ValueError):
            while received := source.recv(CHUNK):
                if self._mode == "pass":
                    sink.sendall(received)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
