"""What was handed in for a site: uploads, checked as a whole, and kept by content."""
