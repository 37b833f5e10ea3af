import unittest

from dates import parser


class ParserTest(unittest.TestCase):
    def test_reads_iso_dates(self):
        self.assertEqual(27, parser.parse('2014-01-27').day)

    def test_skips_words_when_fuzzy(self):
        self.assertEqual(1, parser.parse('due 2014 January 27', fuzzy=True).month)
