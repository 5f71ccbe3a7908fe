"""Which policies and which org a command is about, when it was told and when it was not."""

from collections.abc import Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.policy import is_policy

__all__ = ["DEMO_ORG", "DEMO_POLICIES", "find_policies", "org_location"]

DEMO_ORG = Path("fixtures/harbor")
DEMO_POLICIES = Path("suites/gate")


def org_location(given: str | None) -> tuple[str, bool]:
    """Return where the org is, and whether it is the demo recording that nobody named.

    Raises:
        UsageError: If none was named and the working folder is no checkout.
    """
    if given is not None:
        return given, False
    if (DEMO_ORG / "recording.json").is_file():
        return str(DEMO_ORG), True
    raise UsageError("no org to judge", "name one with --org: a recording's folder, a .tf.json export, or live")


def find_policies(given: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return the policy files that were named or found in named folders, and the files that were left alone.

    A `*.policy.yaml` without a top-level `policy:` is somebody else's: refused when named, left alone when found.

    Raises:
        UsageError: If a path does not exist, is no policy, or nothing was found.
    """
    places = list(given) or ([DEMO_POLICIES] if DEMO_POLICIES.is_dir() else [])
    if not places:
        raise UsageError("no policy to judge by", "name a *.policy.yaml file, or a folder that holds some")
    found: list[Path] = []
    foreign: list[Path] = []
    for place in places:
        if place.is_dir():
            files = sorted(place.rglob("*.policy.yaml"))
            ours = [file for file in files if is_policy(file)]
            foreign += [file for file in files if file not in ours]
            if not ours:
                raise UsageError(
                    f"'{place}' holds no policy", "a policy is a *.policy.yaml file with a top-level `policy:`"
                )
            found += ours
        elif not place.exists():
            raise UsageError(f"'{place}' does not exist", "name a *.policy.yaml file, or a folder that holds some")
        elif not place.name.endswith(".policy.yaml"):
            raise UsageError(
                f"'{place}' is not named *.policy.yaml", "rename it, so that pytest and editors know it too"
            )
        elif not is_policy(place):
            raise UsageError(f"'{place}' is not a policy: it has no top-level `policy:`")
        else:
            found.append(place)
    return list(dict.fromkeys(found)), foreign
