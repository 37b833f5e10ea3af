def parse_line(line):
    """A line of the answer's head."""
    name, _, value = line.partition(':')
    return name.lower(), value.strip()
