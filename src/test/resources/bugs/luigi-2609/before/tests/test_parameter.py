import unittest

from flow.parameter import ListParameter, TupleParameter


class ParameterTest(unittest.TestCase):
    def test_reads_nested_lists(self):
        self.assertEqual(((1, 2), (3, 4)), TupleParameter().parse('[[1, 2], [3, 4]]'))

    def test_reads_lists(self):
        self.assertEqual((1, 2), ListParameter().parse('[1, 2]'))
