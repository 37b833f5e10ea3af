class Product:
    """A product of the catalogue with its link."""

    def __init__(self, name, url):
        self.name = name
        self.url = url
