"""The battery that carries the machine through a power cut, as a NUT server tells of it."""
