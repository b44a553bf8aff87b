"""What workers get: a private calendar feed, and their shifts as lists."""
