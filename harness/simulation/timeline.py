"""A conversation's course as a person reads it: one line an event, on virtual time."""

from collections.abc import Callable, Iterator

from harness.model.lifecycle import Handling, WrapUp
from harness.model.names import printable
from harness.simulation.courses import Course, Step

__all__ = ["timeline"]

_PLATFORM = "platform"


def timeline(course: Course, name: Callable[[str], str] = str) -> str:
    """Return a course as lines of time, who, and what happened; safe to print.

    Args:
        course: The course.
        name: What a code's, queue's or agent's id is called; the id itself when not given.
    """
    events = sorted(_events(course, name), key=lambda event: (event[0], event[1]))
    width = max(len(who) for *_, who, _ in events)
    return "\n".join(f"{_clock(at_ms)}  {who:<{width}}  {text}" for at_ms, _, who, text in events)


def _events(course: Course, name: Callable[[str], str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield when, an order for what happens at the same time, who, and what."""
    for handling in course.handlings:
        who, terms = _said(name, handling.agent_id), handling.terms
        limit = f" after {(terms.timeout_ms or 0) / 1_000:g} s" if terms.prompt.timed else ""
        yield handling.began_ms, 0, who, f"is alerted on {_said(name, handling.queue_id)}, {terms.prompt}{limit}"
        yield from _by_time(course, handling, name)
    for step in course.steps:
        yield step.at_ms, 2, _said(name, step.before.agent_id), _deed(course, step, name)


def _by_time(course: Course, handling: Handling, name: Callable[[str], str]) -> Iterator[tuple[int, int, str, str]]:
    """Yield what time alone did to a handling."""
    who, deadline_ms = _said(name, handling.agent_id), handling.deadline_ms
    if deadline_ms is None or handling.acw_ended_ms != deadline_ms:
        return
    written = next((it for it in handling.wrap_ups if it.at_ms == deadline_ms), None)
    by_agent = any(
        step.at_ms == deadline_ms and step.before.wrap_ups == () for step in course.steps if not step.refused
    )
    text = f"ends the after-call work of {who}"
    if written is not None and not (by_agent and written.author == "agent"):
        text += f" and {_writes(written, name)}"
    yield deadline_ms, 1, _PLATFORM, text


def _writes(written: WrapUp, name: Callable[[str], str]) -> str:
    what = "applies the draft" if written.author == "agent" else "writes"
    return f"{what} {_said(name, written.code)}"


def _deed(course: Course, step: Step, name: Callable[[str], str]) -> str:
    move, entry = step.move, step.move.entry
    code = _said(name, entry.code) if entry and entry.code else "no code"
    after = course.handlings[step.agent]
    begins = "; after-call work begins" if after.acw_began_ms is not None else "; there is no after-call work"
    text = {
        "answer": "answers",
        "decline": "declines",
        "ask for ACW": "asks for after-call work",
        "hang up": "hangs up" + ("" if step.refused else begins),
        "transfer": "hands it on" + ("" if step.refused else begins),
        "save draft": f"saves a draft with {code}",
        "wrap up": f"wraps up with {code}",
        "overwrite": f"replaces the wrap-up by {code}",
        "skip": "skips after-call work" + ("" if step.refused else "; the platform writes ININ-WRAP-UP-SKIPPED"),
        "leave": "leaves after-call work" + ("" if step.refused else " without a code"),
    }[move.action]
    if step.refused is None:
        return text
    return f"{text}: refused, {step.status} {printable(_in_names(step, name))}"


def _in_names(step: Step, name: Callable[[str], str]) -> str:
    """Return a refusal with names in place of the ids that it speaks of."""
    said = step.refused or ""
    entry, written = step.move.entry, step.before.wrap_ups
    for id in (step.before.queue_id, entry.code if entry else None, written[-1].code if written else None):
        said = said.replace(id, name(id)) if id else said
    return said


def _said(name: Callable[[str], str], id: str) -> str:
    return printable(name(id))


def _clock(at_ms: int) -> str:
    return f"{at_ms // 60_000}:{at_ms // 1_000 % 60:02}.{at_ms % 1_000:03}"
