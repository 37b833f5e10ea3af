import re

from server.api import admin_api, common_api

ROUTES = [
    (re.compile(r'^/api/person/(\d+)/shifts$'), common_api.shifts),
    (re.compile(r'^/api/statistics$'), admin_api.statistics),
]


def dispatch(path):
    for pattern, view in ROUTES:
        found = pattern.match(path)
        if found:
            return view(*found.groups())
    return {'status': 404}
