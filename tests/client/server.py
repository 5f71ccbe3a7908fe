"""A small real HTTP server on this machine that answers what a test tells it to, also badly."""

import json
import socket
import struct
import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

How = Literal["whole", "reset", "cut", "trickle", "silent"]


@dataclass
class Seen:
    """A request that reached the server; header names in lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What to answer, and how: whole, or with one of the faults that real networks have."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    how: How = "whole"

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Script = Reply | Callable[[Seen], Reply]


class Server:
    """Answers each path with its replies in turn; the last one stays. Tokens are `token-1`, `token-2` …"""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._scripts: dict[tuple[str, str], deque[Script]] = defaultdict(deque)
        self._tokens = 0
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self.on("POST", "/oauth/token", self.token())
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave in one packet: otherwise Nagle's algorithm delays every answer.
            wbufsize = -1

            def log_message(self, format: str, *args: object) -> None:
                pass

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def serve(self) -> None:
                outer._serve(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = serve  # noqa: N815 # the library looks for these names

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def on(self, method: str, path: str, *scripts: Script) -> None:
        """Set the replies of one call, from now on."""
        self._scripts[method, path] = deque(scripts)

    def token(self, expires_in: float = 86400) -> Callable[[Seen], Reply]:
        def reply(seen: Seen) -> Reply:
            self._tokens += 1
            return Reply(
                body={"access_token": f"token-{self._tokens}", "token_type": "bearer", "expires_in": expires_in}
            )

        return reply

    def asked(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        parts = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        seen = Seen(handler.command, parts.path, parse_qs(parts.query, keep_blank_values=True), headers, body)
        with self._lock:
            self.seen.append(seen)
            scripts = self._scripts.get((seen.method, seen.path)) or deque([Reply(404, {"code": "not.found"})])
            script = scripts.popleft() if len(scripts) > 1 else scripts[0]
            reply = script if isinstance(script, Reply) else script(seen)
        self._answer(handler, reply)

    def _answer(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        content = b"" if handler.command == "HEAD" or reply.status == 204 else reply.content
        if reply.how == "reset":
            # With no time to linger, closing sends RST instead of FIN.
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            handler.close_connection = True
            return
        if reply.how == "silent":
            self._stopping.wait(5)
            handler.close_connection = True
            return
        handler.send_response_only(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        if reply.how == "cut":
            handler.wfile.write(content[: len(content) // 2])
            handler.close_connection = True
        elif reply.how == "trickle":
            for byte in content:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
                if self._stopping.wait(0.02):
                    break
        else:
            handler.wfile.write(content)
        handler.wfile.flush()
