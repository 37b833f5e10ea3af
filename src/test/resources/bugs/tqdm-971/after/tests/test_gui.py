import unittest

from meter.gui import WindowMeter


class WindowMeterTest(unittest.TestCase):
    def test_draws_each_step(self):
        meter = WindowMeter([1, 2, 3], leave=False)
        self.assertEqual([1, 2, 3], list(meter))
        self.assertEqual([1, 2, 3], meter.xdata)

    def test_draws_a_generator(self):
        meter = WindowMeter((x for x in 'ab'), leave=False)
        self.assertEqual(['a', 'b'], list(meter))
