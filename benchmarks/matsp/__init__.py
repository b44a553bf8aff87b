"""Multi-activity multi-day shift scheduling (Qu & Curtois): an adapter to a published set."""
