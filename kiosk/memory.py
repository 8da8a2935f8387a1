"""What this process holds in memory stays there: no core dump, no debugger, nothing of it on a swap disk."""

from __future__ import annotations

import ctypes
import logging
import os
import resource

log = logging.getLogger("kiosk.memory")

# As prctl and mlockall number them.
_PR_SET_DUMPABLE = 4
_MCL_CURRENT, _MCL_FUTURE, _MCL_ONFAULT = 1, 2, 4


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
