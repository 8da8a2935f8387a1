"""One citizen's visit, from touch to wipe: a pure state machine.

Events in, state and effects out. No threads, no devices, no clock of its own.
"""
