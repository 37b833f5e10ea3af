class Shell:
    """What differs between shells."""

    name = 'generic'

    def and_(self, *commands):
        return ' && '.join(commands)

    def is_match(self, executable):
        return executable.endswith(self.name)
