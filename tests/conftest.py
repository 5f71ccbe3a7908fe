"""How much property tests try, and that a Ctrl-C can be tested wherever the tests are started from."""

import os
import signal

from hypothesis import settings

# No deadline anywhere: nothing is timed in a test, and a busy machine is no finding.
settings.register_profile("person", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True, max_examples=30)
settings.load_profile("gate" if os.environ.get("CI") else "person")

# A shell starts background jobs with SIGINT ignored, and what they start inherits that: the programs that tests
# interrupt would never hear of it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
