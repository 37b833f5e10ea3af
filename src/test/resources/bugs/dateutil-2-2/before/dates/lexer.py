import re

TOKEN = re.compile(r'\d+|[A-Za-z]+|[-/:.|,]|\s+')


def tokens(text):
    """Numbers, words and single separators of a text."""
    return [token for token in TOKEN.findall(text) if not token.isspace()]
