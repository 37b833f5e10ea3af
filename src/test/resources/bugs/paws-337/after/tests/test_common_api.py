import unittest
from unittest import mock

from server.api import common_api


def rows(*dates):
    return [{'matching_id': 1, 'from_date': date, 'assignment': 'Dogs'} for date in dates]


class ShiftsTest(unittest.TestCase):
    def shifts(self, *dates):
        with mock.patch('server.store.rows', return_value=rows(*dates)):
            return [shift['date'] for shift in common_api.shifts('1')]

    def test_newest_comes_first(self):
        self.assertEqual(['2020-01-02', '2019-03-07'], self.shifts('3/7/2019', '1/2/2020'))

    def test_rows_without_a_date_are_left_out(self):
        self.assertEqual(['2019-03-07'], self.shifts(None, '3/7/2019'))
