"""The APIs over HTTP: each endpoint parses, makes one service call, and translates the answer."""
