import collections
import re

from gateway.errors import BadRequest

RequestStartLine = collections.namedtuple('RequestStartLine', ['method', 'path', 'version'])
NAME = re.compile(r'^[A-Za-z0-9-]+$')


class Headers(collections.abc.MutableMapping):
    """Header lines; names are case-insensitive."""

    def __init__(self):
        self._values = {}
        self._last = None

    def add(self, name, value):
        name = name.title()
        self._last = name
        if name in self._values:
            self._values[name] += ',' + value
        else:
            self._values[name] = value

    def parse_line(self, line):
        """Takes one more line, which may go on with the last one."""
        if line[0].isspace():
            part = ' ' + line.lstrip()
            self._values[self._last] += part
        else:
            name, colon, value = line.partition(':')
            if not colon or not NAME.match(name):
                raise BadRequest('malformed header line')
            self.add(name, value.strip())

    @classmethod
    def parse(cls, text):
        headers = cls()
        for line in text.split('\n'):
            if line.endswith('\r'):
                line = line[:-1]
            if line:
                headers.parse_line(line)
        return headers

    def __getitem__(self, name):
        return self._values[name.title()]

    def __setitem__(self, name, value):
        self._values[name.title()] = value

    def __delitem__(self, name):
        del self._values[name.title()]

    def __len__(self):
        return len(self._values)

    def __iter__(self):
        return iter(self._values)


def parse_request_start_line(line):
    try:
        method, path, version = line.split(' ')
    except ValueError:
        raise BadRequest('malformed request line')
    if not version.startswith('HTTP/1.'):
        raise BadRequest('unsupported version')
    return RequestStartLine(method, path, version)
