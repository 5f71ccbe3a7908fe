"""The sandbox: a recorded org played over real HTTP, with state."""

from harness.sandbox.access import Client, Grant
from harness.sandbox.app import create_app, default_clients
from harness.sandbox.clock import SystemClock, VirtualClock
from harness.sandbox.faults import Fault, load_faults
from harness.sandbox.inprocess import InProcess, sandbox_routes
from harness.sandbox.server import Sandbox, serve
from harness.sandbox.state import State

__all__ = [
    "Client",
    "Fault",
    "Grant",
    "InProcess",
    "Sandbox",
    "State",
    "SystemClock",
    "VirtualClock",
    "create_app",
    "default_clients",
    "load_faults",
    "sandbox_routes",
    "serve",
]
