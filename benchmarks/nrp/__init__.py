"""Shift scheduling instances of Curtois and Qu, solved with the project's own model and solver."""
