import socket

from .exceptions import ConnectionFailed
from .models import Response


class SocketAdapter:
    """Talks to the server."""

    def send(self, prepared, timeout):
        try:
            addresses = socket.getaddrinfo(prepared.host, prepared.port)
            with socket.create_connection(addresses[0][4][:2], timeout) as connection:
                connection.sendall(self._head(prepared))
                return self._read(connection)
        except OSError as error:
            raise ConnectionFailed(str(error))

    def _head(self, prepared):
        lines = ['{} {} HTTP/1.1'.format(prepared.method, prepared.url)]
        lines.extend('{}: {}'.format(*header) for header in prepared.headers.items())
        return '\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n'

    def _read(self, connection):
        head = connection.recv(65536)
        status = int(head.split(None, 2)[1])
        return Response(status, head.partition(b'\r\n\r\n')[2])
