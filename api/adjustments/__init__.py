"""The planner's layers in a site folder: shown, added to, taken away."""
