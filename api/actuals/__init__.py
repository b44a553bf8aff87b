"""Kept forecasts against what came: how wrong they were, and whether manual changes helped."""
