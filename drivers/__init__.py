"""The hardware abstraction layer: knows devices; knows no citizen, no item, no Qt."""
