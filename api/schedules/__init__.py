"""Schedules that are kept: their versions, and the way of one to the workers."""
