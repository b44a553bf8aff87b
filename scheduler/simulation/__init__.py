"""Contacts one by one -> what they meet with the workers who are there: the judge of a schedule."""
