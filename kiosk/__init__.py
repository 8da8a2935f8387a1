"""The application: knows citizens, items and visits; no Qt, no bytes on a wire."""
