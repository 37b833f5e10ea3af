import sys


class Meter:
    """Shows how far an iteration has come."""

    def __init__(self, iterable=None, desc='', total=None, leave=True, file=None):
        if total is None and iterable is not None:
            try:
                total = len(iterable)
            except (TypeError, AttributeError):
                total = None
        self.iterable = iterable
        self.desc = desc
        self.total = total
        self.leave = leave
        self.file = file or sys.stderr
        self.n = 0

    def __len__(self):
        return self.total if self.iterable is None else (
            len(self.iterable) if hasattr(self.iterable, '__len__') else self.total)

    def __iter__(self):
        for thing in self.iterable:
            yield thing
            self.update()
        self.close()

    def update(self, n=1):
        self.n += n
        self.display()

    def display(self):
        self.file.write('\r{}{}/{}'.format(self.desc, self.n, self.total or '?'))

    def close(self):
        if self.leave:
            self.file.write('\n')
