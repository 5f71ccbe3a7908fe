"""Examples of every check, by its id: what passes, what fails, what cannot be judged."""

from harness.checks.examples import (
    catalogue,
    changes,
    channels,
    crm,
    divisions,
    duration,
    naming,
    prompt,
    skills,
    usage,
    usage_besides,
)

__all__ = ["EXAMPLES"]

EXAMPLES = {
    **prompt.EXAMPLES,
    **duration.EXAMPLES,
    **skills.EXAMPLES,
    **channels.EXAMPLES,
    **crm.EXAMPLES,
    **naming.EXAMPLES,
    **catalogue.EXAMPLES,
    **divisions.EXAMPLES,
    **usage.EXAMPLES,
    **usage_besides.EXAMPLES,
    **changes.EXAMPLES,
}
"""In the order in which documentation shows the families."""
