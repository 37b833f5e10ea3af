import unittest

from grabber.utils import parse_duration, str_to_int


class UtilsTest(unittest.TestCase):
    def test_reads_grouped_digits(self):
        self.assertEqual(123456, str_to_int('123,456'))
        self.assertIsNone(str_to_int(None))

    def test_reads_durations(self):
        self.assertEqual(62, parse_duration('1:02'))
