PEOPLE = [{'matching_id': 3259709, 'name': 'Kim'}]
TABLES = {
    'volgistics_shifts': [
        {'matching_id': 3259709, 'from_date': '3/7/2019', 'assignment': 'Cats'},
        {'matching_id': 3259709, 'from_date': None, 'assignment': None},
    ],
}


def people():
    return PEOPLE


def rows(table):
    return TABLES[table]
