class Command:
    """A command line and what it printed."""

    def __init__(self, script, output):
        self.script = script
        self.output = output

    @property
    def parts(self):
        return self.script.split()

    def __repr__(self):
        return 'Command({!r}, {!r})'.format(self.script, self.output)


class Rule:
    """Knows one kind of mistake."""

    def __init__(self, name, match, new_command, priority=1000, requires_output=True):
        self.name = name
        self.match = match
        self.new_command = new_command
        self.priority = priority
        self.requires_output = requires_output

    def is_match(self, command):
        """Whether the rule has something to say about the command."""
        if command.output is None and self.requires_output:
            return False
        return bool(self.match(command))

    def corrections(self, command):
        new = self.new_command(command)
        return new if isinstance(new, list) else [new]

    def __lt__(self, other):
        return self.priority < other.priority
