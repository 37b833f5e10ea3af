class Downloader:
    """Asks the first extractor that fits the address."""

    def __init__(self, extractors):
        self.extractors = extractors

    def extract(self, url, page):
        for extractor in self.extractors:
            if extractor.suitable(url):
                return extractor.extract(page)
        raise LookupError('no extractor for ' + url)
