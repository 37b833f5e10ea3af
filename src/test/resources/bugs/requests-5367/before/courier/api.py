from .sessions import Session


def request(method, url, **options):
    return Session().request(method, url, **options)


def get(url, **options):
    return request('GET', url, **options)


def head(url, **options):
    return request('HEAD', url, **options)
