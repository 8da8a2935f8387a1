"""What a process gives back is overwritten."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os
from kiosk.memory import overwrite_what_is_given_back

print(os.getpid(), flush=True)
overwrite_what_is_given_back()
print(os.getpid(), os.environ["PYTHONMALLOC"], "perturb" in os.environ["GLIBC_TUNABLES"])
"""


def test_a_process_begins_anew_once_so_that_what_it_gives_back_is_overwritten() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    first, second, last = done.stdout.splitlines()
    assert first == second
    assert last == f"{first} malloc True"
