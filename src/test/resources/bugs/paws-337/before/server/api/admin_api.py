from server import store


def statistics():
    return {'people': len(store.people()), 'shifts': len(store.rows('volgistics_shifts'))}
