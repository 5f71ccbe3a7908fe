"""How much property tests try: the examples of a person's run, fewer of them where every change waits for them."""

import os

from hypothesis import settings

# No deadline anywhere: nothing is timed in a test, and a busy machine is no finding.
settings.register_profile("person", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True, max_examples=30)
settings.load_profile("gate" if os.environ.get("CI") else "person")
