"""Where a platform region's servers are.

A region is the domain: `https://api.<domain>`, `https://login.<domain>`. The AWS name is an alias of it.

Source:
    `platform.md` section 1.1; the vendor's SDK (`purecloud_region_hosts.py`) and Terraform provider agree.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from harness.errors import UsageError, did_you_mean

__all__ = ["DOMAINS", "Region", "is_loopback", "region_of"]

DOMAINS = {
    "us-east-1": "mypurecloud.com",
    "us-east-2": "use2.us-gov-pure.cloud",
    "us-west-2": "usw2.pure.cloud",
    "ca-central-1": "cac1.pure.cloud",
    "mx-central-1": "mxc1.pure.cloud",
    "sa-east-1": "sae1.pure.cloud",
    "eu-west-1": "mypurecloud.ie",
    "eu-west-2": "euw2.pure.cloud",
    "eu-central-1": "mypurecloud.de",
    "eu-central-2": "euc2.pure.cloud",
    "eusc-de-east-1": "edee1.eusc-pure.cloud",
    "ap-southeast-1": "apse1.pure.cloud",
    "ap-southeast-2": "mypurecloud.com.au",
    "ap-northeast-1": "mypurecloud.jp",
    "ap-northeast-2": "apne2.pure.cloud",
    "ap-northeast-3": "apne3.pure.cloud",
    "ap-south-1": "aps1.pure.cloud",
    "me-central-1": "mec1.pure.cloud",
}
"""All regions: the AWS name and the platform's domain."""

_AWS_NAMES = {domain: name for name, domain in DOMAINS.items()}
_SERVERS = ("api.", "login.", "apps.")
_FORMS = "an AWS region such as eu-west-1, a domain such as mypurecloud.ie, or a base URL"


@dataclass(frozen=True, slots=True)
class Region:
    """The servers of one region; all URLs are without a final slash.

    Attributes:
        name: The AWS name, or the base URL of a server that is none of the platform's.
        api: Answers `/api/v2/…`.
        login: Gives tokens.
        streaming: Sends notifications over websockets (`wss:`, or `ws:` where the base URL is plain http).
        apps: What people open in a browser.
    """

    name: str
    api: str
    login: str
    streaming: str
    apps: str


def region_of(text: str) -> Region:
    """Return the region that a text names.

    Args:
        text: An AWS name, a domain, the URL of one of its servers, or a base URL: that of a server which is API,
            login and streaming in one, such as the sandbox.

    Raises:
        UsageError: If the text names no region, or a server that a secret must not be sent to.

    Example:
        >>> region_of("eu-west-1").api, region_of("mypurecloud.ie").login
        ('https://api.mypurecloud.ie', 'https://login.mypurecloud.ie')
        >>> region_of("http://127.0.0.1:8085").streaming
        'ws://127.0.0.1:8085'
    """
    word = text.strip().rstrip("/")
    if "://" in word:
        return _of_url(word)
    return _of_domain(word.lower()) or _unknown(text)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine itself.

    Example:
        >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost.example")
        (True, True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _of_domain(word: str) -> Region | None:
    name = word.replace("_", "-")
    if name not in DOMAINS:
        domain = next((word.removeprefix(server) for server in _SERVERS if word.startswith(server)), word)
        if domain not in _AWS_NAMES:
            return None
        name = _AWS_NAMES[domain]
    domain = DOMAINS[name]
    return Region(
        name, f"https://api.{domain}", f"https://login.{domain}", f"wss://streaming.{domain}", f"https://apps.{domain}"
    )


def _of_url(url: str) -> Region:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise UsageError("the region's base URL cannot be read", str(error)) from None
    if parts.username is not None or parts.password is not None:
        raise UsageError("the region's base URL has a user or a password in it", "give them as credentials")
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(f"'{url}' is not a base URL", f"expected {_FORMS}")
    if parts.path or parts.query or parts.fragment:
        raise UsageError(f"the base URL '{url}' has more than a host and a port", "leave out what follows them")
    platforms = _of_domain(host)
    if platforms is not None and parts.scheme == "https" and port in (None, 443):
        return platforms
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(
            f"plain http to '{host}' would show the credentials to everybody on the way",
            "use https; plain http is for this machine only (127.0.0.1, localhost)",
        )
    if "purecloud" in host or "pure.cloud" in host or "pure-cloud" in host:
        # Close to the platform's own names, yet none of them: a typing error must not be given the secret.
        return _unknown(host)
    return _of_server(parts)


def _of_server(parts: SplitResult) -> Region:
    server = parts.netloc.lower()
    base = f"{parts.scheme}://{server}"
    streaming = f"{'wss' if parts.scheme == 'https' else 'ws'}://{server}"
    return Region(name=base, api=base, login=base, streaming=streaming, apps=base)


def _unknown(text: str) -> Region:
    word = text.strip().lower()
    bare = next((word.removeprefix(server) for server in _SERVERS if word.startswith(server)), word)
    first, _, rest = bare.partition(".")
    if first in DOMAINS and rest:
        near: str | None = f"the region {first} has the domain {DOMAINS[first]}"
    else:
        near = did_you_mean(bare, (*DOMAINS, *_AWS_NAMES))
    known = ", ".join(DOMAINS)
    raise UsageError(
        f"'{text}' is not a region of the platform",
        "; ".join(filter(None, (near, f"expected {_FORMS}; known: {known}"))),
    )
