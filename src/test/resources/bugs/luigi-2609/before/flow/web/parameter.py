def parse(query):
    """The parameters of a query string."""
    return dict(pair.split('=', 1) for pair in query.split('&') if '=' in pair)
