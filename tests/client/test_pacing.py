"""Pacing: never a 429 while the server announces its limits, and the allowed rate kept full."""

import math
import threading
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.client.pacing import Pacer
from tests.client.helpers import FakeTime


class Limiter:
    """A server that counts requests in fixed windows and announces them, rounding the seconds left somehow."""

    def __init__(self, time: FakeTime, allowed: int, window_s: float, rounding: Callable[[float], int]) -> None:
        self.time = time
        self.allowed = allowed
        self.window_s = window_s
        self.rounding = rounding
        self.began = -math.inf
        self.count = 0
        self.refused = 0

    def answer(self) -> httpx.Headers:
        if self.time.now >= self.began + self.window_s:
            self.began, self.count = self.time.now, 0
        self.count += 1
        self.refused += self.count > self.allowed
        left_s = self.began + self.window_s - self.time.now
        numbers = (self.allowed, self.count, self.rounding(left_s))
        return httpx.Headers(
            {f"inin-ratelimit-{name}": str(n) for name, n in zip(("allowed", "count", "reset"), numbers, strict=True)}
        )


def test_nothing_waits_below_the_limit() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    for _ in range(300):
        with pacer.turn() as turn:
            assert turn.waited_s == 0.0
    assert time.slept == []
    assert (pacer.sent, pacer.per_minute) == (300, 300)


def test_without_announcements_any_sixty_seconds_hold_at_most_the_budget() -> None:
    time = FakeTime()
    pacer = Pacer(10, clock=time.clock, sleep=time.sleep)
    starts = []
    for _ in range(35):
        with pacer.turn():
            starts.append(time.now)
            time.now += 1.0
    assert all(later - earlier >= 60.0 for earlier, later in zip(starts, starts[10:], strict=False))
    assert pacer.per_minute == 10


@settings(max_examples=60)
@given(
    allowed=st.integers(1, 40),
    window_s=st.sampled_from([10.0, 60.0]),
    rounding=st.sampled_from([math.floor, math.ceil, round]),
    there_s=st.floats(0, 0.4),
    back_s=st.floats(0, 0.4),
)
def test_an_announced_limit_is_never_exceeded_and_kept_nearly_full(
    allowed: int, window_s: float, rounding: Callable[[float], int], there_s: float, back_s: float
) -> None:
    """However the server rounds and however long the way is: no 429, and at most two seconds lost in a window."""
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    server = Limiter(time, allowed, window_s, rounding)
    began = time.now
    windows = 4
    for _ in range(allowed * windows):
        with pacer.turn() as turn:
            time.now += there_s
            headers = server.answer()
            time.now += back_s
            turn.answered(headers)
    assert server.refused == 0
    alone_s = allowed * windows * (there_s + back_s)
    assert time.now - began <= max(alone_s, windows * (window_s + 2.0)) + window_s


def test_another_programs_requests_count_too() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    server = Limiter(time, 9, 60.0, math.ceil)
    for _ in range(6):
        with pacer.turn() as turn:
            server.count += 1  # somebody else with the same client
            turn.answered(server.answer())
    assert server.refused == 0
    assert len(time.slept) == 1


def test_answers_that_arrive_out_of_order_do_not_lower_the_count() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    server = Limiter(time, 3, 60.0, math.ceil)
    with pacer.turn() as first:
        early = server.answer()
        with pacer.turn() as second:
            second.answered(server.answer())
        first.answered(early)
    with pacer.turn() as third:
        third.answered(server.answer())
    assert time.slept == []
    with pacer.turn() as fourth:
        assert fourth.waited_s > 59
        fourth.answered(server.answer())
    assert server.refused == 0


def test_a_server_that_stops_announcing_is_held_to_its_last_word() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    with pacer.turn() as turn:
        turn.answered(
            httpx.Headers({"inin-ratelimit-allowed": "5", "inin-ratelimit-count": "1", "inin-ratelimit-reset": "60"})
        )
    starts = []
    for _ in range(12):
        with pacer.turn() as turn:
            starts.append(time.now)
            turn.answered(httpx.Headers())
    assert all(later - earlier >= 60.0 for earlier, later in zip(starts, starts[5:], strict=False))
    assert pacer.per_minute == 5


@pytest.mark.parametrize(
    "numbers",
    [("", "", ""), ("300", "1", ""), ("300", "-1", "5"), ("0", "0", "5"), ("9" * 400, "1", "5"), ("²", "1", "1")],
)
def test_an_announcement_that_makes_no_sense_is_ignored(numbers: tuple[str, str, str]) -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    raw = [(f"inin-ratelimit-{name}", text) for name, text in zip(("allowed", "count", "reset"), numbers, strict=True)]
    with pacer.turn() as turn:
        turn.answered(httpx.Headers([(name.encode(), text.encode()) for name, text in raw]))
    assert pacer.per_minute == 300


def test_ones_own_budget_holds_below_the_servers() -> None:
    time = FakeTime()
    pacer = Pacer(2, clock=time.clock, sleep=time.sleep)
    server = Limiter(time, 300, 60.0, math.ceil)
    for _ in range(3):
        with pacer.turn() as turn:
            turn.answered(server.answer())
    assert time.slept == [60.0]
    assert pacer.per_minute == 2


def test_a_hold_stops_everybody_until_it_is_over() -> None:
    time = FakeTime()
    pacer = Pacer(clock=time.clock, sleep=time.sleep)
    pacer.hold(20.0)
    pacer.hold(5.0)
    with pacer.turn() as turn:
        assert turn.waited_s == 20.0


def test_threads_share_the_budget() -> None:
    """Eight threads, a budget of three: places that are taken are seen by all, and freed when answered."""
    pacer = Pacer(3, clock=lambda: 0.0, sleep=lambda _: threading.Event().wait(0.001))
    started: list[int] = []
    go_on = threading.Event()

    def work() -> None:
        with pacer.turn():
            started.append(1)
            go_on.wait(5)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    extra = threading.Thread(target=work, daemon=True)
    while len(started) < 3:
        threading.Event().wait(0.001)
    extra.start()
    extra.join(0.05)
    assert len(started) == 3
    go_on.set()
    for thread in threads:
        thread.join()
    assert pacer.sent == 3
