"""What goes over the wire, checked field by field."""
