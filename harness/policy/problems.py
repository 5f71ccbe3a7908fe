"""Where the problems of all files of a run are collected, before any of them is raised."""

from collections import Counter
from dataclasses import dataclass

from harness.errors import Problem
from harness.model import Position
from harness.policy.locate import locate
from harness.policy.tree import Node, ScalarNode

__all__ = ["PROBLEMS_PER_FILE", "File", "Problems", "shown"]

PROBLEMS_PER_FILE = 100
"""More problems than this of one file are counted, not kept: nobody reads them, and a hostile file has millions."""

_LONGEST_SHOWN = 60


class Problems:
    """What is wrong, by file.

    A file that several policies use is reported once.
    """

    def __init__(self) -> None:
        self._by_path: dict[str, dict[Problem, None]] = {}
        self._left_out: Counter[str] = Counter()

    def open(self, path: str) -> None:
        """Give a file its place in the order of problems."""
        self._by_path.setdefault(path, {})

    def add(self, problem: Problem) -> None:
        """Keep a problem, unless it is known or the file has too many."""
        self.open(problem.path)
        kept = self._by_path[problem.path]
        if problem not in kept:
            if len(kept) < PROBLEMS_PER_FILE:
                kept[problem] = None
            else:
                self._left_out[problem.path] += 1

    def listed(self) -> list[Problem]:
        """Return all problems, in the order in which files were opened, then of lines."""
        found: list[Problem] = []
        for path, problems in self._by_path.items():
            found += sorted(problems, key=lambda problem: (problem.line or 0, problem.column or 0))
            if self._left_out[path]:
                found.append(Problem(path, f"and {self._left_out[path]:,} more problems", hint="repair the first ones"))
        return found

    def __bool__(self) -> bool:
        return any(self._by_path.values())


@dataclass(frozen=True)
class File:
    """One file that is being read.

    Attributes:
        path: As the user knows it.
        text: What it holds, without a byte order mark, and with line feeds between lines.
        sha256: Of its bytes, in hex.
        problems: Where its problems go.
    """

    path: str
    text: str
    sha256: str
    problems: Problems

    def problem(self, at: Node | None, what: str, *, expected: str | None = None, hint: str | None = None) -> None:
        """Report a problem with a node, or with the whole file."""
        line, column = (None, None) if at is None else (at.line, at.column)
        self.problems.add(Problem(self.path, what, line, column, expected, hint))

    def problem_inside(self, node: ScalarNode, line: int, column: int, what: str, *, hint: str | None = None) -> None:
        """Report a problem at a place within a scalar's text, given as line and column counted from 1."""
        at_line, at_column = locate(self.text, node, line, column)
        self.problems.add(Problem(self.path, what, at_line, at_column, hint=hint))

    def position(self, node: Node) -> Position:
        """Return where a node is."""
        return Position(self.path, node.line, node.column)


def shown(text: str) -> str:
    """Return a text in quotes, short enough for a message."""
    return f"'{text}'" if len(text) <= _LONGEST_SHOWN else f"'{text[:_LONGEST_SHOWN]}…'"
