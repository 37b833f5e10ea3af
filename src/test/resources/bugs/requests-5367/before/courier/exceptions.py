class CourierError(IOError):
    """Whatever goes wrong with a request."""


class InvalidURL(CourierError, ValueError):
    """The address cannot be asked."""


class ConnectionFailed(CourierError):
    """Nobody answers there."""
