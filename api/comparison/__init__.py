"""Schedules side by side: what each costs, covers and asks of the workers."""
