"""Forecasts that are kept, never changed, and compared with each other."""
