"""What can be done here: items as data."""
