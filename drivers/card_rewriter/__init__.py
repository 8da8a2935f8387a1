"""The unit that takes in a residence permit, rewrites what is printed on it, and gives it back."""
