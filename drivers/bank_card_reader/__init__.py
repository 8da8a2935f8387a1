"""The reader that takes the number of a bank card and nothing more."""
