from flow.parameter import IntParameter, TupleParameter


class Task:
    """A step with parameters, which are class attributes."""

    def __init__(self, **values):
        self.__dict__.update(values)

    @classmethod
    def parameters(cls):
        return {name: p for name, p in vars(cls).items() if hasattr(p, 'parse')}

    @classmethod
    def from_text(cls, texts):
        known = cls.parameters()
        return cls(**{name: known[name].parse(text) for name, text in texts.items()})


class Count(Task):
    numbers = TupleParameter()
    start = IntParameter(default=0)

    def run(self):
        return len(self.numbers)


TASKS = {'Count': Count}
