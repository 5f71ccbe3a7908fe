"""Checks of one's own: from a file that a policy names, or from an installed package."""

import hashlib
import sys
import traceback
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Final, cast

import harness.checks  # noqa: F401 - registers the checks that come with the harness
from harness.checks.registry import Check, collecting, registered
from harness.errors import PolicyError, Problem
from harness.policy.documents import read_file
from harness.policy.parameters import parameters_of
from harness.policy.problems import File, Problems
from harness.policy.tree import Node, RefusedNode

__all__ = ["GROUP", "available_checks", "installed_checks", "load_checks"]

GROUP: Final = "wrapup_harness.checks"
"""The entry point group of packages that bring checks."""

_HINT: Final = "a check is `@check(source=…) def name(subject: Queue, org: Org, *, parameter: int) -> Iterator[str]`"

# A module runs once a process, so what it defined is kept.
_FROM_FILES: Final[dict[str, Mapping[str, Check]]] = {}
_FROM_PACKAGES: Final[dict[EntryPoint, Mapping[str, Check]]] = {}


def load_checks(path: str, problems: Problems, named: tuple[File, Node]) -> tuple[File, Mapping[str, Check]] | None:
    """Return a file and the checks that it defines, by id; None with its problems reported.

    The file is run as a module of its own, whose name ends in the file's stem: a check's id is `<stem>.<function>`.

    Args:
        path: The file.
        problems: Where problems go.
        named: The policy that names it, and where.
    """
    file = read_file(path, problems, named)
    if file is None:
        return None
    stem = Path(path).stem
    if not stem.isidentifier():
        hint = f"rename it, for example to '{''.join(c if c.isalnum() else '_' for c in stem)}.py'"
        file.problem(None, "the file's name cannot be part of a check's id", expected="a Python identifier", hint=hint)
        return None
    package = f"wrapup_checks_{hashlib.sha256(f'{Path(path).resolve()}:{file.sha256}'.encode()).hexdigest()[:12]}"
    name = f"{package}.{stem}"
    if name not in _FROM_FILES:
        found = _run(file, name)
        if found is None:
            return None
        _FROM_FILES[name] = found
    found = _FROM_FILES[name]
    if not found:
        file.problem(None, "the file defines no check", hint=_HINT)
    return file, found


def _run(file: File, name: str) -> Mapping[str, Check] | None:
    try:
        code: CodeType = compile(file.text, str(Path(file.path).resolve()), "exec", dont_inherit=True)
    except SyntaxError as error:
        at = RefusedNode(error.lineno or 1, error.offset or 1)
        file.problem(at, f"not valid Python: {error.msg}")
        return None
    module = ModuleType(name)
    module.__file__ = code.co_filename
    sys.modules[name] = module  # dataclasses and pickles look modules up by name
    try:
        with collecting() as found:
            exec(code, module.__dict__)  # noqa: S102 - the policy's author asks for it
    except (Exception, SystemExit) as error:  # whatever somebody's file raises is a problem of that file
        del sys.modules[name]
        line = _line_within(error, code.co_filename)
        what = str(error) if isinstance(error, TypeError) else f"{type(error).__name__}: {error}"
        hint = "a file of checks runs on its own: share code as an installed package"
        file.problem(
            RefusedNode(line, 1) if line else None,
            f"the file of checks cannot be used: {what}",
            hint=hint if isinstance(error, ImportError) else None,
        )
        return None
    usable = {check_id: check for check_id, check in found.items() if _parameters_are_writable(check, file)}
    return usable if len(usable) == len(found) else None


def _parameters_are_writable(check: Check, file: File) -> bool:
    try:
        parameters_of(check)
    except TypeError as error:
        line = cast("FunctionType", check.function).__code__.co_firstlineno
        file.problem(RefusedNode(line, 1), f"check {check.id}: {error}")
        return False
    return True


def _line_within(error: BaseException, filename: str) -> int | None:
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == filename), None)


def available_checks() -> Mapping[str, Check]:
    """Return our checks and those of installed packages, by id.

    Raises:
        PolicyError: If a package's checks cannot be used.
    """
    problems = Problems()
    checks = installed_checks(problems)
    if problems:
        raise PolicyError(problems.listed())
    return checks


def installed_checks(problems: Problems) -> Mapping[str, Check]:
    """Return our checks and those of installed packages, by id; problems name the distribution.

    Args:
        problems: Where problems go.
    """
    known = dict(registered())
    for entry_point in sorted(entry_points(group=GROUP), key=lambda found: (found.name, found.value)):
        distribution = f"{entry_point.dist.name} {entry_point.dist.version}" if entry_point.dist else "a package"
        if entry_point not in _FROM_PACKAGES:
            try:
                with collecting() as found:
                    entry_point.load()
                    for check in found.values():
                        parameters_of(check)
            except (Exception, SystemExit) as error:  # whatever somebody's package raises is a problem of it
                what = f"entry point '{entry_point.name}' = {entry_point.value} of group {GROUP} cannot be used: "
                problems.add(
                    Problem(distribution, f"{what}{type(error).__name__}: {error}", hint="repair or uninstall it")
                )
                continue
            _FROM_PACKAGES[entry_point] = found
        for check_id, check in _FROM_PACKAGES[entry_point].items():
            if known.setdefault(check_id, check) is not check:
                problems.add(Problem(distribution, f"brings a check '{check_id}', which exists already"))
    return known
