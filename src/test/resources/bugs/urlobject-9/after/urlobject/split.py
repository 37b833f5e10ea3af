def split(url):
    """Scheme, network location and the rest."""
    scheme, _, rest = url.partition('://')
    netloc, path = split_netloc(rest)
    return scheme.lower(), netloc, path


def split_netloc(rest):
    ends = [rest.find(mark) for mark in '/?#' if mark in rest]
    end = min(ends, default=len(rest))
    return rest[:end], rest[end:]


def split_query(path):
    before, _, query = path.partition('?')
    return before, query
