"""Every device examined at once, for whoever can wait: the command line, a check at night."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import TimeoutError as LateError

from drivers.device import Cancelled, DeviceError, Fault, HealthLevel, HealthReport, NextAction
from drivers.worker import OwnedDevice


def examine(
    devices: Mapping[str, OwnedDevice], level: HealthLevel = HealthLevel.INTERNAL, *, seconds: float = 30.0
) -> dict[str, HealthReport]:
    """Examine ``devices`` side by side; whoever is not done within ``seconds`` is given up and counts as wedged."""
    deadline = time.monotonic() + seconds
    tasks = {name: device.check_health(level) for name, device in devices.items()}
    reports = {}
    for name, task in tasks.items():
        device_class = devices[name].capabilities.device_class
        try:
            reports[name] = task.future.result(max(deadline - time.monotonic(), 0.0))
        except LateError:
            task.abandon()
            late = Fault(f"{device_class}.wedged", NextAction.TECHNICIAN, f"not examined within {seconds:g} s")
            reports[name] = HealthReport(level, (late,))
        except Cancelled:
            stopped = Fault(f"{device_class}.wedged", NextAction.TECHNICIAN, "stopped while it was examined")
            reports[name] = HealthReport(level, (stopped,))
        except Exception as error:  # noqa: BLE001 - what it was is in the report
            reports[name] = HealthReport(level, (_fault_of(error),))
    return reports


def _fault_of(error: Exception) -> Fault:
    """The fault that ended a check: its own, or the software's where nobody foresaw it."""
    if isinstance(error, DeviceError):
        return error.fault
    return Fault("software.fault", NextAction.SOFTWARE, type(error).__name__)
