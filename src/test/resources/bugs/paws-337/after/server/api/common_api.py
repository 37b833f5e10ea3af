from server import dates, store


def person(matching_id):
    return next((p for p in store.people() if p['matching_id'] == matching_id), None)


def shifts(matching_id):
    """The last days on which a person worked."""
    found = []
    for row in store.rows('volgistics_shifts'):
        if row['matching_id'] != int(matching_id):
            continue
        if row['from_date'] is None:
            continue
        found.append({
            'date': dates.parse(row['from_date']).strftime('%Y-%m-%d'),
            'assignment': row['assignment'],
        })
    return sorted(found, key=lambda shift: shift['date'], reverse=True)[:5]
