class CutterError(Exception):
    """Shown to the user without a traceback."""


class FailedHook(CutterError):
    """A hook script did not succeed."""
