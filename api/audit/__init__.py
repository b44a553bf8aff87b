"""Who or what decided, when, on which input."""
