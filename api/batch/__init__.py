"""Batch: many sites under many scenarios, resumed after any kill, one failure stopping nothing."""
