"""Run a command and print, on a last line of its own, what it took: from a process that is itself as small as can be."""

import os
import sys
import time

start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - start
peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
print(f'\n{{"wall_s": {wall}, "cpu_s": {used.ru_utime + used.ru_stime}, "peak_mb": {peak}}}', end="")  # noqa: T201
sys.exit(os.waitstatus_to_exitcode(status))
