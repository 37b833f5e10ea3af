import unittest

from gateway.errors import BadRequest
from gateway.httputil import Headers


class HeadersTest(unittest.TestCase):
    def test_joins_folded_lines(self):
        headers = Headers.parse('Accept: a,\r\n b\r\n')
        self.assertEqual('a, b', headers['accept'])

    def test_refuses_lines_without_colon(self):
        with self.assertRaises(BadRequest):
            Headers.parse('nonsense\r\n')

    def test_refuses_a_folded_first_line(self):
        with self.assertRaises(BadRequest):
            Headers.parse(' folded\r\n')
