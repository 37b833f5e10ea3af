from .api import get, head
from .exceptions import ConnectionFailed, InvalidURL

__all__ = ['get', 'head', 'ConnectionFailed', 'InvalidURL']
