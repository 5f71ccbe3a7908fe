"""What is not established about the platform, and what a sandbox does about it."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Assumptions"]


@dataclass(frozen=True)
class Assumptions:
    """What is not established about the platform, and what this sandbox does about it.

    Attributes:
        draft_at_timeout: What a draft with a code becomes when the time of after-call work is up.
        clients_wrap_up: Whether a client that acts for itself may write wrap-ups; else only the agent may.
        later_wrap_ups: Whether a second wrap-up of one part replaces the first, or is a conflict (409).
        lake_lag_s: How far, in seconds, the data of asynchronous analytics is behind.
    """

    draft_at_timeout: Literal["discarded", "applied"] = "discarded"
    clients_wrap_up: bool = False
    later_wrap_ups: Literal["replace", "conflict"] = "replace"
    lake_lag_s: int = 0
