"""The day as it goes: what has come so far, what that says of the rest, who is needed now."""
