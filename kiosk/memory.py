"""What this process holds in memory stays there, and what it gives back is overwritten.

No core dump, no debugger, nothing of it on a swap disk; and of whoever was here
before nothing is left in memory that is not used any more.
"""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import sys

log = logging.getLogger("kiosk.memory")

# As prctl and mlockall number them.
_PR_SET_DUMPABLE = 4
# By these the C library overwrites memory when it is given back, and Python gives back to it whatever it gives up.
OVERWRITING = {
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
}
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4


def overwrite_what_is_given_back() -> None:
    """Begin this program anew where it was not begun so already: both are read once, when a process starts.

    It costs a sixth more of the processor's time. What this process starts does the same.
    """
    if any(os.environ.get(name) != value for name, value in OVERWRITING.items()):
        os.environ.update(OVERWRITING)
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606  ourselves


def keep_in_memory() -> bool:
    """Do so for this process, from now on; False when its memory cannot be locked. What it starts decides for itself.

    Locking needs root or a limit of locked memory that is large enough
    (``LimitMEMLOCK=infinity`` in a unit); without it the machine must have no
    swap, or an encrypted one. A page is locked when it is first used.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if system.mlockall(_MCL_CURRENT | _MCL_FUTURE | _MCL_ONFAULT) != 0:
        log.info("memory cannot be locked: %s", os.strerror(ctypes.get_errno()))
        return False
    return True
