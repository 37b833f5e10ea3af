def split(text, width=72):
    """Lines of at most that width."""
    return [text[i:i + width] for i in range(0, len(text), width)]
