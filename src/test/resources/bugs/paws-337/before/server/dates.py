import datetime

FORMATS = ('%m/%d/%Y', '%Y-%m-%d')


def parse(text):
    """The day that a text names."""
    if not isinstance(text, str):
        raise TypeError('Parser must be a string or character stream, not {}'.format(
            type(text).__name__))
    for form in FORMATS:
        try:
            return datetime.datetime.strptime(text, form)
        except ValueError:
            continue
    raise ValueError('unknown date: ' + text)
