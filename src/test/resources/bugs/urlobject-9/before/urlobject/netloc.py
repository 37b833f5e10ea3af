class Netloc:
    """User, host and port of a URL."""

    def __init__(self, text):
        self.text = text

    @property
    def host(self):
        return self.text.rpartition('@')[2].partition(':')[0]

    def encoded(self):
        """The host as it goes over the wire."""
        return self.host.encode('idna').decode('ascii')
