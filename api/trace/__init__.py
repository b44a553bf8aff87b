"""What can be asked of a decision afterwards: why, by what, who saw it, and what is kept."""
