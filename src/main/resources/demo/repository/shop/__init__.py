"""The order service of a small tea shop."""
