"""Playing things through: the guides' simulator, conversations on virtual time, strategies for property tests.

`harness.simulation.strategies` and `harness.simulation.machine` need hypothesis, which takes a while to load: import
them by name.
"""

from harness.simulation.simulator import Outcome, WrapUpSimulator

__all__ = ["Outcome", "WrapUpSimulator"]
