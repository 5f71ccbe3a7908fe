"""Does a code suit the channels that a queue serves?

The platform has settings for every medium on every queue, so they prove nothing. A queue's channels are those that
the catalogue declares; declared nowhere, they are unknown.
"""

from collections.abc import Iterator
from typing import Literal

from harness.checks.agreed import agreed_about
from harness.checks.registry import Breach, NotApplicable, check
from harness.model import Assignment, Org, Queue
from harness.model.channels import channels, serves

__all__ = ["compatible", "configured"]


@check(source="the guides' validation: a queue with no interaction types is an error; the catalogue's queues")
def configured(queue: Queue, org: Org) -> Iterator[str]:
    """At least one channel is declared for a queue.

    A queue that the catalogue does not speak about is unknown, not compliant.

    Args:
        queue: The queue under test.
        org: The org with the catalogue.

    Yields:
        One message if the catalogue declares that the queue serves nothing.
    """
    if not org.channels_of(queue):
        yield Breach("no channel is declared", expected="at least one")


@check(source="the guides' validation of a code against a queue; the catalogue's channels", needs=("catalogue",))
def compatible(assignment: Assignment, org: Org, *, mode: Literal["any", "all"] = "any") -> Iterator[str]:
    """A queue serves the channels that the code was agreed for.

    The guides' words are wide: voice is met by voice or callback; chat by chat or message; social by message.

    Args:
        assignment: The code on the queue under test.
        org: The org with the catalogue.
        mode: `any` wants one of the definition's channels to be served, `all` wants every one of them.

    Yields:
        One message if the queue serves none of them, or, with `all`, not every one.
    """
    wanted = channels(agreed_about(assignment.code, org).channels)
    if not wanted:
        raise NotApplicable("the definition names no channels")
    offered = org.channels_of(assignment.queue)
    unserved = [word for word in wanted if not any(serves(word, channel) for channel in offered)]
    if len(unserved) == len(wanted) or (unserved and mode == "all"):
        yield Breach(
            f"the queue serves {', '.join(offered) or 'no channel'}",
            expected=f"{mode} of {', '.join(wanted)}" if len(wanted) > 1 else wanted[0],
        )
