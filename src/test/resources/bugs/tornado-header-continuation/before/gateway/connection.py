from gateway.errors import BadRequest
from gateway.httputil import Headers, parse_request_start_line


class Connection:
    """One client."""

    def receive(self, data):
        try:
            start, headers = self._parse(data)
        except BadRequest as error:
            return '400 {}'.format(error)
        return '200 {} {}'.format(start.path, headers.get('Host'))

    def _parse(self, data):
        head = data.decode('latin-1').lstrip('\r\n')
        end = head.find('\n')
        start = parse_request_start_line(head[:end].rstrip('\r'))
        return start, Headers.parse(head[end + 1:])
