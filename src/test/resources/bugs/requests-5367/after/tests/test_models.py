import unittest

from courier.exceptions import InvalidURL
from courier.models import PreparedRequest


class PrepareTest(unittest.TestCase):
    def prepared(self, url):
        prepared = PreparedRequest()
        prepared.prepare_url(url)
        return prepared

    def test_finds_host_and_port(self):
        self.assertEqual(('example.com', 443), (self.prepared('https://example.com').host,
                                                self.prepared('https://example.com').port))

    def test_refuses_empty_label(self):
        with self.assertRaises(InvalidURL):
            self.prepared('http://.example.com')

    def test_refuses_missing_scheme(self):
        with self.assertRaises(InvalidURL):
            self.prepared('example.com')
