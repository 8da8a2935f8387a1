"""Documents that departments make: set on A4, sealed, signed, verified by their codes, sent to their owners."""
