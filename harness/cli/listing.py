"""`wrapup checks` and `wrapup schema`: what a policy may say."""

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from harness.checks import Check
from harness.checks.docs import written
from harness.checks.registry import Parameter
from harness.cli.sources import find_policies
from harness.cli.terminal import Terminal
from harness.errors import UsageError, did_you_mean
from harness.policy import available_checks, load_policies, policy_schema
from harness.policy.parameters import parameters_of
from harness.policy.shapes import expected

__all__ = ["print_checks", "print_schema"]


def print_checks(terminal: Terminal, check_id: str | None, policies: Sequence[Path]) -> None:
    """Print all checks by family, or one in full; checks of one's own come with the policies that use them.

    Raises:
        UsageError: If there is no such check.
    """
    checks = _checks(policies)
    if check_id is None:
        families: defaultdict[str, list[Check]] = defaultdict(list)
        for check in checks.values():
            families[check.family].append(check)
        for family, members in sorted(families.items()):
            terminal.line(family, "bold")
            for check in members:
                terminal.line(f"  {check.id:<24} {check.kind.name:<12} {check.title}")
        terminal.line()
        terminal.line("`wrapup checks CHECK` shows one in full.", "dim")
    elif check_id in checks:
        _print_one(terminal, checks[check_id])
    else:
        hint = did_you_mean(check_id, checks) or "`wrapup checks` lists them"
        raise UsageError(f"there is no check '{check_id}'", hint)


def print_schema(policies: Sequence[Path]) -> None:
    """Print the JSON Schema of policies; checks of one's own come with the policies that use them."""
    sys.stdout.write(
        f"{msgspec.json.format(msgspec.json.encode(policy_schema(_checks(policies))), indent=2).decode()}\n"
    )


def _checks(policies: Sequence[Path]) -> Mapping[str, Check]:
    """Return ours, those of installed packages, and those that the policies bring."""
    checks = dict(available_checks())
    for policy in load_policies(find_policies(policies)[0]) if policies else ():
        checks.update(policy.checks)
    return checks


def _print_one(terminal: Terminal, check: Check) -> None:
    terminal.line(f"{check.id}  {check.title}", "bold")
    if check.text:
        terminal.line()
        for paragraph in check.text.split("\n\n"):
            terminal.line(f"  {' '.join(paragraph.split())}")
    terminal.line()
    terminal.line(f"  judges  every {check.kind.name}")
    if check.needs:
        terminal.line(f"  needs   {', '.join(f'uses.{need}' for need in sorted(check.needs))}")
    terminal.line(f"  source  {check.source}")
    shapes = {key.name: key.shape for key in parameters_of(check).keys}
    for parameter in check.parameters:
        given = "required" if parameter.required else f"default {_default(parameter)}"
        terminal.line(f"  with    {parameter.name}: {expected(shapes[parameter.name])} ({given})")
        if parameter.text:
            terminal.line(f"          {parameter.text}")


def _default(parameter: Parameter) -> str:
    return "none" if parameter.default is None else written(parameter.default, parameter.annotation)
