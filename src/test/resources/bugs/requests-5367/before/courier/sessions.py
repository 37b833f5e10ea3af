from .adapters import SocketAdapter
from .models import PreparedRequest, Request


class Session:
    """Settings that are the same for several requests."""

    def __init__(self):
        self.adapter = SocketAdapter()
        self.headers = {'user-agent': 'courier/1.0'}

    def prepare_request(self, request):
        merged = dict(self.headers, **request.headers)
        prepared = PreparedRequest()
        prepared.prepare(Request(request.method, request.url, merged, request.timeout))
        return prepared

    def request(self, method, url, headers=None, timeout=10):
        request = Request(method, url, headers, timeout)
        prepared = self.prepare_request(request)
        return self.send(prepared, timeout)

    def send(self, prepared, timeout):
        return self.adapter.send(prepared, timeout)
