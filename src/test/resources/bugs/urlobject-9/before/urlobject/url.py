from urlobject.netloc import Netloc
from urlobject.split import split


class URLObject(str):
    """A URL that is text and knows its parts."""

    def __new__(cls, url):
        scheme, netloc, path = split(url)
        host = Netloc(netloc).encoded()
        made = str.__new__(cls, '{}://{}{}'.format(scheme, host, path))
        made.host = host
        made.path = path
        return made
