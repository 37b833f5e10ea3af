import unittest

from urlobject import URLObject


class UrlTest(unittest.TestCase):
    def test_knows_its_host(self):
        self.assertEqual('example.com', URLObject('http://example.com/a?b=c').host)

    def test_query_ends_the_host(self):
        self.assertEqual('example.com', URLObject('http://example.com?b=c').host)
