class BadRequest(Exception):
    """What the client sent is not HTTP."""
