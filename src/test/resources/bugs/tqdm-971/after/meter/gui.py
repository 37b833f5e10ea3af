from collections import deque

from .std import Meter


class WindowMeter(Meter):
    """The same in a window of its own, with the rate over time."""

    def __init__(self, *args, **kwargs):
        self.colour = kwargs.pop('colour', 'green')
        super().__init__(*args, **kwargs)
        try:
            total = len(self)
        except TypeError:
            total = None
        if total is not None:
            self.xdata = []
            self.ydata = []
        else:
            self.xdata = deque([])
            self.ydata = deque([])

    def display(self):
        self.xdata.append(self.n)
        self.ydata.append(self.n)
