"""The receipt printer: ESC/POS over a byte pipe, with status read back and an honest outcome."""
