"""Checks that the links of the catalogue still work."""
import sys

import courier


def check(url):
    try:
        return courier.get(url).status
    except courier.InvalidURL as error:
        return str(error)


if __name__ == '__main__':
    print(check(sys.argv[1]))
