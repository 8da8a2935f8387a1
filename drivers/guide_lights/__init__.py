"""Lamps beside the parts of the machine that light the one to use next."""
