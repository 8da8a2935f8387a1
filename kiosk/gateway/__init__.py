"""The line to the back office: what is said on it, who says it, and what waits while it is down."""
