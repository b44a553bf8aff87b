"""Work that was accepted and will end: claimed, done in a child process, written once."""
