"""The ID card reader: a SAM module behind a serial line, spoken to in SDT frames."""
