"""The Provider API."""
