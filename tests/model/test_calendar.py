"""Weekly windows and days, on clocks that are put forward and back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.calendar import DayRange, WeeklyWindow

LONDON = ZoneInfo("Europe/London")
TUESDAY = WeeklyWindow(1, 1, 20 * 60, 23 * 60)
NIGHT = WeeklyWindow(5, 5, 22 * 60, 2 * 60)


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-11-03T19:59:59", False),
        ("2026-11-03T20:00:00", True),
        ("2026-11-03T22:59:59", True),
        ("2026-11-03T23:00:00", False),
        ("2026-11-04T21:00:00", False),
    ],
)
def test_a_window_begins_with_its_first_minute_and_ends_before_its_last(moment: str, inside: bool) -> None:
    assert TUESDAY.holds(datetime.fromisoformat(moment)) is inside


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        ("2026-11-07T21:59:00", False),
        ("2026-11-07T22:00:00", True),
        ("2026-11-08T01:59:00", True),
        ("2026-11-08T02:00:00", False),
        ("2026-11-08T22:30:00", False),
        ("2026-11-07T01:00:00", False),
    ],
)
def test_a_window_that_goes_over_midnight_belongs_to_the_day_on_which_it_begins(moment: str, inside: bool) -> None:
    assert NIGHT.holds(datetime.fromisoformat(moment)) is inside


def test_an_hour_that_comes_twice_is_twice_in_its_window() -> None:
    """On 25 October 2026 it is half past one twice in London."""
    window = WeeklyWindow(6, 6, 60, 120)
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert [it.astimezone(LONDON).hour for it in (first, second)] == [1, 1]
    assert window.holds(first.astimezone(LONDON))
    assert window.holds(second.astimezone(LONDON))


def test_an_hour_that_is_left_out_is_never_met() -> None:
    """On 29 March 2026 there is no half past one in London: no moment of that day lies in the window."""
    window = WeeklyWindow(6, 6, 60, 120)
    start = datetime(2026, 3, 29, tzinfo=UTC)
    moments = [start + timedelta(minutes=minute) for minute in range(24 * 60)]
    assert not [it for it in moments if it.astimezone(LONDON).day == 29 and window.holds(it.astimezone(LONDON))]


@given(
    st.builds(
        WeeklyWindow,
        st.integers(0, 6),
        st.integers(0, 6),
        st.integers(0, 1439),
        st.integers(1, 1440),
    ).filter(lambda it: it.start_min != it.end_min),
)
def test_a_window_is_open_as_long_as_it_says_in_every_week(window: WeeklyWindow) -> None:
    """In a zone without summer time its minutes in a week are its length times its days, less what overlaps."""
    week = [datetime(2026, 11, 2) + timedelta(minutes=minute) for minute in range(7 * 24 * 60)]  # noqa: DTZ001
    length = (window.end_min - window.start_min) % (24 * 60) or 24 * 60
    days = (window.last - window.first) % 7 + 1
    assert sum(map(window.holds, week)) == length * days


def test_days_hold_both_their_ends() -> None:
    freeze = DayRange(date(2026, 12, 20), date(2027, 1, 6))
    moments = ["2026-12-19T23:59", "2026-12-20T00:00", "2027-01-06T23:59", "2027-01-07T00:00"]
    assert [freeze.holds(datetime.fromisoformat(it)) for it in moments] == [False, True, True, False]
