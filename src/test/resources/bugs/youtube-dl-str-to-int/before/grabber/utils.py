import re


def clean(text):
    return re.sub(r'\s+', ' ', text).strip()


def int_or_none(value, scale=1, default=None):
    try:
        return int(value) // scale
    except (ValueError, TypeError):
        return default


def str_to_int(text):
    """The number that a text such as "1,234 views" begins with."""
    if text is None:
        return None
    text = re.sub(r'[,.+ ]', '', text)
    return int_or_none(text)


def parse_duration(text):
    """Seconds of a text such as "1:02:03"; None where there is none."""
    if not text:
        return None
    seconds = 0
    for part in text.split(':'):
        seconds = seconds * 60 + int(part)
    return seconds
