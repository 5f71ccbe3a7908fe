"""The way to the wire: paced, in bounded time, read whole, and repeated where that is safe."""

import logging
import time
from collections.abc import Callable, Iterator
from urllib.request import getproxies, proxy_bypass

import httpx

from harness.client.pacing import Pacer
from harness.client.regions import is_loopback
from harness.client.retries import Retries

__all__ = ["ATTEMPTS", "REPEATABLE", "WAITED_S", "SteadyTransport", "wire_to"]

REPEATABLE = "wrapup.repeatable"
"""Key of a request's extensions: whether it may be carried out twice."""

ATTEMPTS = "wrapup.attempts"
"""Key of a request's extensions: how often it was sent."""

WAITED_S = "wrapup.waited_s"
"""Key of a request's extensions: seconds spent waiting between the attempts."""

_TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=60.0)
_WHOLE_ANSWER_S = 120.0

_log = logging.getLogger("harness.client")


class SteadyTransport(httpx.BaseTransport):
    """A transport that hands out whole answers only, and asks again where that is safe and helps.

    Answers are read here and not later, so that a connection that breaks within an answer counts as a fault of the
    attempt, and a server that sends a byte now and then cannot hold us for ever.
    """

    def __init__(
        self,
        wire: httpx.BaseTransport,
        *,
        pacer: Pacer,
        retries: Retries,
        sleep: Callable[[float], object] = time.sleep,
        timeout: httpx.Timeout = _TIMEOUT,
        whole_answer_s: float = _WHOLE_ANSWER_S,
    ) -> None:
        """Wrap the transport that really sends.

        Args:
            wire: Sends one request once.
            pacer: Shared by everything that uses the same client credentials.
            retries: When to ask again.
            sleep: Waits that many seconds.
            timeout: For each step of a request that brings none of its own.
            whole_answer_s: Longest time for reading one answer, in seconds.
        """
        self._wire = wire
        self._pacer = pacer
        self._retries = retries
        self._sleep = sleep
        self._timeout = timeout.as_dict()
        self._whole_answer_s = whole_answer_s

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to the last attempt, or raise what the last attempt ran into."""
        if request.url.scheme != "https" and not is_loopback(request.url.host):
            raise httpx.UnsupportedProtocol("plain http is for this machine only")
        record = request.extensions = {**request.extensions, "timeout": self._timeout, ATTEMPTS: 0, WAITED_S: 0.0}
        while True:
            record[ATTEMPTS] += 1
            outcome = self._attempt(request)
            wait_s = self._retries.wait_s(record[ATTEMPTS], outcome, repeatable=record.get(REPEATABLE, False))
            if wait_s is None:
                if isinstance(outcome, httpx.Response):
                    return outcome
                raise outcome
            record[WAITED_S] += wait_s
            limited = isinstance(outcome, httpx.Response) and outcome.status_code == 429
            _log.info(
                "%s %s: %s; asking again in %.1f s",
                request.method,
                request.url.path,
                outcome.status_code if isinstance(outcome, httpx.Response) else type(outcome).__name__,
                wait_s,
            )
            # A rate limit concerns every thread that shares the pacer; any other fault only this request.
            (self._pacer.hold if limited else self._sleep)(wait_s)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def _attempt(self, request: httpx.Request) -> httpx.Response | httpx.TransportError:
        with self._pacer.turn() as turn:
            try:
                response = self._wire.handle_request(request)
                self._read(response)
            except httpx.TransportError as error:
                return error
            turn.answered(response.headers)
            return response

    def _read(self, response: httpx.Response) -> None:
        assert isinstance(response.stream, httpx.SyncByteStream)  # noqa: S101 # the wire is not async
        response.stream = _InBoundedTime(response.stream, time.monotonic() + self._whole_answer_s)
        try:
            response.read()
        except BaseException:
            response.close()
            raise


class _InBoundedTime(httpx.SyncByteStream):
    """A body that must have arrived at a moment of the monotonic clock: time-outs of single reads do not add up."""

    def __init__(self, stream: httpx.SyncByteStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            yield chunk
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the answer took too long to arrive as a whole")

    def close(self) -> None:
        self._stream.close()


def wire_to(url: str) -> httpx.HTTPTransport:
    """Return a transport that really sends, through the system's proxy where there is one for that server.

    Args:
        url: A server's base URL; all servers of a region are reached in the same way.
    """
    target = httpx.URL(url)
    proxy = getproxies().get(target.scheme)
    if proxy is None or is_loopback(target.host) or proxy_bypass(target.host):
        return httpx.HTTPTransport()
    return httpx.HTTPTransport(proxy=proxy if "://" in proxy else f"http://{proxy}")
