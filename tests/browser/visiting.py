"""A visit to a page, by somebody who notices everything that a report must not do."""

from pathlib import Path
from typing import Any

__all__ = ["Visit"]


class Visit:
    """A page, and everything that it should not have done: messages, errors, dialogs, requests."""

    def __init__(self, browser: Any, path: Path, address: str = "", **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.trouble: list[str] = []
        self.page.on("console", lambda message: self.trouble.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.trouble.append(f"error: {error}"))
        self.page.on("dialog", self._dialog)
        self.page.on("request", lambda request: self._request(request.url, path.as_uri()))
        self.url = path.as_uri()
        self.page.goto(self.url + address)

    def go(self, address: str) -> None:
        """Change what the address has after the page's own, and wait until the page has followed it."""
        self.page.goto(self.url + address)
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")

    @property
    def status(self) -> str:
        """How many cases the list says that it shows."""
        return str(self.page.locator("#w-status").inner_text())

    @property
    def subjects(self) -> list[str]:
        """The subjects of the rows that are there, from the top."""
        return [str(text) for text in self.page.locator(".w-rows .w-c-subject").all_inner_texts()]

    @property
    def address(self) -> str:
        """What the address has after the page's own."""
        return str(self.page.url).removeprefix(self.url)

    def _dialog(self, dialog: Any) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, url: str, own: str) -> None:
        if url.partition("#")[0] != own and not url.startswith("blob:"):
            self.trouble.append(f"request: {url}")
