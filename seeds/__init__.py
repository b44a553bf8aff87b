"""Sample sites ready to run, and the generator that wrote them."""
