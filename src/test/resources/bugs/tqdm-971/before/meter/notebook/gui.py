from ..std import Meter


class CellMeter(Meter):
    """The same in a cell of a notebook."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.container = []

    def display(self):
        self.container.append(self.n)
