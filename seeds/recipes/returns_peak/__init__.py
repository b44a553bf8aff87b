"""A payment company's support in the two weeks after Christmas."""
