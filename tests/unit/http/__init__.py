"""The HTTP room, without a network."""
