import sys
import time


class Bar:
    """Wraps an iterable and shows how far it has come."""

    def __init__(self, iterable=None, total=None, file=None):
        if total is None and hasattr(iterable, '__len__'):
            total = len(iterable)
        self.iterable = iterable
        self.total = total
        self.n = 0
        self.start = time.time()
        self.file = file or sys.stderr

    def __bool__(self):
        if self.total is not None:
            return self.total > 0
        if self.iterable is None:
            raise TypeError('a bar without iterable and total has no truth value')
        return bool(self.iterable)

    def __len__(self):
        return len(self.iterable) if hasattr(self.iterable, '__len__') else self.total

    def __iter__(self):
        for thing in self.iterable:
            yield thing
            self.n += 1
            self.file.write('\r' + format_bar(self.n, self.total, time.time() - self.start))
        self.file.write('\n')


def format_interval(seconds):
    minutes, seconds = divmod(int(seconds), 60)
    return '{:02d}:{:02d}'.format(minutes, seconds)


def format_bar(n, total, elapsed, width=10):
    if not total:
        return '{}it [{}]'.format(n, format_interval(elapsed))
    done = int(width * n / total)
    return '|{}{}| {}/{}'.format('#' * done, '-' * (width - done), n, total)
