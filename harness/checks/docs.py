"""Write `docs/checks.md`: every check with its parameters, source and examples.

`python -m harness.checks.docs [--check] [FILE]`; with `--check` nothing is written, and a stale file exits 1.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

from harness.checks.example import Example
from harness.checks.examples import EXAMPLES
from harness.checks.outcome import outcome
from harness.checks.parameters import Days, DurationMs, Regex, Share, Window
from harness.checks.registry import Breach, Check, Parameter, registered
from harness.checks.wording import percent
from harness.model.names import printable

__all__ = ["keep", "main", "render", "snippet", "written"]

_FILE = Path(__file__).parents[2] / "docs" / "checks.md"

_INTRODUCTION = """\
# Checks

<!-- Written by `python -m harness.checks.docs`. Change the checks, not this file. -->

A *check* asks one question about one thing: a wrap-up code, a queue, a code on a queue. A *rule* of a policy applies a
check with parameters, for a reason. Each check below says what is compliant, what to mind, what its parameters are and
where its facts come from, with examples. The examples are the check's tests: every message is exactly what a report
shows.

What a case can come to:

- **passed**: it was looked at, and it is compliant;
- **failed**: it is not, with what was observed and what was expected;
- **not applicable**: the question does not arise;
- **unknown**: the answer could not be seen. Unknown is never counted as compliant.

Where a source says *the guides*, it means the two published guides to wrap-up codes whose capabilities the harness
covers: one about managing codes, one about applying them to conversations.
"""


def render() -> str:
    """Return the text of `docs/checks.md`."""
    families: defaultdict[str, list[Check]] = defaultdict(list)
    for check_id in EXAMPLES:
        families[registered()[check_id].family].append(registered()[check_id])
    return "\n".join([_INTRODUCTION, *_contents(families), *_families(families)])


def _contents(families: Mapping[str, list[Check]]) -> Iterator[str]:
    for family, checks in families.items():
        yield f"- [{family}](#{family}): {_question(checks)}"
        for check in checks:
            yield f"  - [`{check.id}`](#{check.id.replace('.', '')}): {_escaped(check.title)}"
    yield ""


def _families(families: Mapping[str, list[Check]]) -> Iterator[str]:
    for family, checks in families.items():
        yield f"## {family}\n\n{_question(checks)}\n"
        if more := _module_text(checks).partition("\n")[2].strip():
            yield f"{_paragraphs(more)}\n"
        for check in checks:
            yield from _check(check)


def _module_text(checks: list[Check]) -> str:
    return sys.modules[checks[0].function.__module__].__doc__ or ""


def _question(checks: list[Check]) -> str:
    return _module_text(checks).partition("\n")[0]


def _check(check: Check) -> Iterator[str]:
    yield f"### {check.id}\n\n**{_escaped(check.title)}**\n"
    if check.text:
        yield f"{_paragraphs(check.text)}\n"
    needs = f" The policy must name under `uses`: {', '.join(sorted(check.needs))}." if check.needs else ""
    yield f"Judges every {_KINDS[check.kind.name]}.{needs}\n"
    if check.parameters:
        yield "| parameter | type | default | meaning |\n| --- | --- | --- | --- |"
        yield from map(_parameter_row, check.parameters)
        yield ""
    yield f"Source: {_escaped(check.source)}.\n"
    yield f"```yaml\n{snippet(check)}```\n"
    for verdict, heading in _HEADINGS.items():
        examples = [example for example in EXAMPLES[check.id] if example.verdict == verdict]
        if examples:
            yield f"{heading}\n"
            yield from (_example(check, example) for example in examples)
            yield ""


_KINDS: Final = {
    "code": "wrap-up code",
    "queue": "queue",
    "assignment": "assignment: one code offered on one queue",
    "definition": "definition: what the business agreed about one code",
    "disposition": "disposition of the CRM's list",
    "flags": "entry of the outbound mapping",
    "usage": "row of usage: what agents did on one queue, or with one code there",
    "change": "entry of the audit trail",
    "org": "org",
}
_HEADINGS: Final = {
    "passed": "Passes:",
    "failed": "Fails:",
    "not applicable": "Not applicable:",
    "unknown": "Unknown:",
}


def _parameter_row(parameter: Parameter) -> str:
    name = f"**`{parameter.name}`**" if parameter.required else f"`{parameter.name}`"
    cells = (name, _type(parameter.annotation), _default(parameter), parameter.text)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return "required"
    return "none" if parameter.default in (None, ()) else f"`{written(parameter.default, parameter.annotation)}`"


def _type(annotation: Any) -> str:
    known = {
        str: "text",
        int: "whole number",
        float: "number",
        bool: "`true` or `false`",
        DurationMs: "duration, such as `90s`",
        Share: "share, such as `95%`",
        Regex: "regular expression",
        Window: "weekly window, such as `Tue 20:00-23:00`",
        Days: "day or days, such as `2026-12-20..2027-01-06`",
    }
    if annotation in known:
        return known[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in arguments)
    if origin in (list, tuple):
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"map of {_type(arguments[0])} to {_type(arguments[1])}"
    return _type(next(argument for argument in arguments if argument is not NoneType))


def snippet(check: Check) -> str:
    """Return a rule that applies a check, as a policy would write it, from its first example."""
    lines = [f"- id: RULE-1\n  check: {check.id}\n"]
    if given := _given(check, EXAMPLES[check.id][0].parameters):
        lines.append(f"  with: {{{given}}}\n")
    return "".join([*lines, "  severity: major\n", "  why: Say here what goes wrong otherwise.\n"])


def _given(check: Check, parameters: Mapping[str, Any]) -> str:
    known = {parameter.argument: parameter for parameter in check.parameters}
    return ", ".join(f"{known[it].name}: {written(value, known[it].annotation)}" for it, value in parameters.items())


def written(value: Any, annotation: Any) -> str:
    """Return a parameter's value as a policy writes it.

    Args:
        value: The value, as a check gets it.
        annotation: The parameter's annotation.

    Example:
        >>> written(90_000, DurationMs), written(Fraction(4, 5), Share), written(["Sale", "Test*"], list[str])
        ('90s', '80%', '[Sale, "Test*"]')
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if NoneType in arguments:
        return written(value, next(argument for argument in arguments if argument is not NoneType))
    if annotation is DurationMs:
        return f"{value}ms" if value % 1000 else f"{value // 1000}s"
    if annotation is Share:
        return percent(Fraction(value))
    if annotation == Regex:
        return _quoted(value.pattern)
    if origin in (list, tuple):
        return f"[{', '.join(written(item, arguments[0]) for item in value)}]"
    if origin is dict:
        pairs = (f"{written(key, arguments[0])}: {written(item, arguments[1])}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if annotation in (Window, Days):
        return _quoted(str(value))
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_ ]*", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _example(check: Check, example: Example) -> str:
    came = outcome(check.function, example.org, example.subject, **example.parameters)
    given = _given(check, example.parameters)
    lines = [f"- {example.says}" + (f" `with: {{{given}}}`" if given else "")]
    for finding in came.findings:
        observed, expected = (finding.observed, finding.expected) if isinstance(finding, Breach) else (finding, "")
        lines.append(f"  - `{example.subject}`: **{_escaped(observed)}**; expected: {_escaped(expected)}")
    lines += [f"  - Note: {_escaped(note)}." for note in came.notes]
    if came.reason is not None:
        lines.append(f"  - `{example.subject}`: {_escaped(came.reason)}")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_<>\[\]|])", r"\\\1", printable(text))


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(block.split()) for block in text.split("\n\n"))


def main(arguments: Iterable[str] | None = None) -> int:
    """Write the file, or say whether it is stale; return the exit code."""
    return keep("harness.checks.docs", _FILE, render, arguments)


def keep(module: str, file: Path, made: Callable[[], str], arguments: Iterable[str] | None) -> int:
    """Write a file that is made of code, or say whether it is stale; return the exit code.

    Args:
        module: Which one is called.
        file: Where it goes, unless the arguments name another.
        made: Makes it.
        arguments: The command line's; those of this process when None.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=f"Write docs/{file.name}.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is stale")
    parser.add_argument("file", nargs="?", type=Path, default=file)
    options = parser.parse_args(None if arguments is None else list(arguments))
    text = made()
    if not options.check:
        options.file.write_text(text, encoding="utf-8")
        return 0
    if options.file.exists() and options.file.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{options.file.name} is stale\n  write it anew with: python -m {module}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
