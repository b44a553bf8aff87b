"""A schedule put to the test: contacts one by one, beside what the schedule predicted."""
