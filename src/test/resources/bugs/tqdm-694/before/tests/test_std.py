import io
import unittest

from bars.std import Bar, format_bar


class BarTest(unittest.TestCase):
    def test_has_the_length_of_its_iterable(self):
        self.assertEqual(3, len(Bar([1, 2, 3])))

    def test_draws(self):
        self.assertEqual('|#####-----| 1/2', format_bar(1, 2, 0))

    def test_yields_everything(self):
        self.assertEqual([1, 2], list(Bar([1, 2], file=io.StringIO())))
