import datetime

from dates.lexer import tokens

MONTHS = ('jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec')
JUMP = (' ', '.', ',', ';', '-', '/', 'at', 'on', 'and', 'of')


class Result:
    """What was read so far; each field is None until it is known."""

    __slots__ = ('year', 'month', 'day')

    def __init__(self):
        self.year = self.month = self.day = None

    def put(self, number):
        if self.year is None and number > 31:
            self.year = number
        elif self.month is None and number <= 12:
            self.month = number
        else:
            self.day = number

    def fields(self):
        found = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in found if value is not None}


class Parser:
    """Reads dates that people write."""

    def parse(self, text, default=None, fuzzy=False):
        """The date and time of a text.

        :raises ValueError: when it holds none
        """
        if default is None:
            default = datetime.datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        result, skipped = self._parse(text, fuzzy)
        if result is None:
            raise ValueError('unknown string format: {!r}'.format(text))
        return default.replace(**result.fields())

    def _parse(self, text, fuzzy):
        result = Result()
        skipped = []
        for token in tokens(text):
            if token.isdigit():
                result.put(int(token))
            elif token.lower()[:3] in MONTHS:
                result.month = MONTHS.index(token.lower()[:3]) + 1
            elif token in JUMP:
                continue
            elif fuzzy:
                skipped.append(token)
            else:
                return None
        return result, tuple(skipped)


DEFAULT = Parser()


def parse(text, **options):
    return DEFAULT.parse(text, **options)
