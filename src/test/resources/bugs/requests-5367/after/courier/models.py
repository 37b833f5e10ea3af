from urllib.parse import quote, urlsplit, urlunsplit

from .exceptions import InvalidURL


class Request:
    """What the user asks for."""

    def __init__(self, method, url, headers=None, timeout=None):
        self.method = method
        self.url = url
        self.headers = headers or {}
        self.timeout = timeout


class PreparedRequest:
    """A request as it is sent."""

    def __init__(self):
        self.method = None
        self.url = None
        self.host = None
        self.port = None
        self.headers = {}

    def prepare(self, request):
        self.prepare_method(request.method)
        self.prepare_url(request.url)
        self.prepare_headers(request.headers)

    def prepare_method(self, method):
        self.method = method.upper()

    def prepare_url(self, url):
        """Takes the address apart and checks it.

        :raises InvalidURL: when it has no scheme or no host
        """
        parts = urlsplit(url.strip())
        if not parts.scheme:
            raise InvalidURL('{!r} has no scheme, did you mean http://{}?'.format(url, url))
        host = parts.hostname
        if not host:
            raise InvalidURL('{!r} has no host'.format(url))
        if not host.isascii():
            try:
                host = host.encode('idna').decode('ascii')
            except UnicodeError:
                raise InvalidURL('{!r} has an invalid label'.format(url))
        elif host.startswith(('*', '.')):
            raise InvalidURL('{!r} has an invalid label'.format(url))
        self.host = host
        self.port = parts.port or (443 if parts.scheme == 'https' else 80)
        self.url = urlunsplit(
            (parts.scheme, host, quote(parts.path or '/', safe='/%'), parts.query, ''))

    def prepare_headers(self, headers):
        self.headers = {name.title(): str(value) for name, value in headers.items()}


class Response:
    """An answer."""

    def __init__(self, status, body):
        self.status = status
        self.body = body
