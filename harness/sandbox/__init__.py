"""The sandbox: a recorded org played over real HTTP, with state."""

from harness.sandbox.access import Client, Grant
from harness.sandbox.clock import SystemClock, VirtualClock
from harness.sandbox.server import Sandbox, create_app
from harness.sandbox.state import State

__all__ = ["Client", "Grant", "Sandbox", "State", "SystemClock", "VirtualClock", "create_app"]
