"""What-if: a site folder with something changed, and what was changed."""
