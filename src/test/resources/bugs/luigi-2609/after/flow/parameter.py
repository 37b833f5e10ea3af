import ast
import json


class Parameter:
    """A value of a task, as text on the command line."""

    def __init__(self, default=None):
        self.default = default

    def parse(self, text):
        return text

    def serialize(self, value):
        return str(value)


class IntParameter(Parameter):
    def parse(self, text):
        return int(text)


class ListParameter(Parameter):
    def parse(self, text):
        return tuple(json.loads(text))

    def serialize(self, value):
        return json.dumps(value)


class TupleParameter(ListParameter):
    """A tuple of tuples, written as JSON or as Python writes it."""

    def parse(self, text):
        # ((1, 2), (3, 4)) is no JSON, [[1, 2], [3, 4]] is
        try:
            return tuple(tuple(x) for x in json.loads(text))
        except (ValueError, TypeError):
            return tuple(ast.literal_eval(text))
