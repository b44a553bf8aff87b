"""Measurements: on sample sites, on public data, and beside other planners."""
