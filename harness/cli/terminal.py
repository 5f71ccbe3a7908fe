"""What is printed, and where: findings to standard output, remarks to standard error."""

import os
import sys

from rich.console import Console
from rich.style import Style
from rich.text import Text

__all__ = ["Terminal"]


class Terminal:
    """Prints text as it is: no markup is read out of it, and colours can be turned off.

    Attributes:
        out: Standard output.
        err: Standard error.
        quiet: Whether remarks are left out.
    """

    def __init__(self, *, color: bool = True, quiet: bool = False) -> None:
        plain = not color or "NO_COLOR" in os.environ
        self.out = Console(file=sys.stdout, no_color=plain, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self.err = Console(file=sys.stderr, no_color=plain, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self.quiet = quiet

    def line(self, text: str = "", style: str = "") -> None:
        """Print one line to standard output."""
        self.out.print(Text(text, style=style or Style()))

    def parts(self, *parts: tuple[str, str]) -> None:
        """Print one line made of (text, style) parts."""
        self.out.print(Text.assemble(*parts))

    def note(self, text: str) -> None:
        """Print a remark to standard error, unless quiet."""
        if not self.quiet:
            self.err.print(Text(text, style="dim"))
