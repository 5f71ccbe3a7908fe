"""Strategies for hypothesis: orgs and what they consist of, policies, conversations.

Ordinary words by default, so that what is found can be read; with `adversarial=True` everything that a platform has
ever let through.

Example:
    >>> from hypothesis import find
    >>> find(agents(), lambda agent: agent.state == "inactive").name
    'agent-6ff3b3bd'
"""

from harness.simulation.strategies.conversations import conversations, moves, terms
from harness.simulation.strategies.entities import agents, definitions, queues, wrapup_codes
from harness.simulation.strategies.orgs import orgs
from harness.simulation.strategies.policies import policies
from harness.simulation.strategies.words import Vocabulary, vocabulary_of

__all__ = [
    "Vocabulary",
    "agents",
    "conversations",
    "definitions",
    "moves",
    "orgs",
    "policies",
    "queues",
    "terms",
    "vocabulary_of",
    "wrapup_codes",
]
