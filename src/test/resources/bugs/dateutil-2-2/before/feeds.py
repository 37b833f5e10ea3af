import sys

from dates import parser


def published(entry):
    return parser.parse(entry).date()


if __name__ == '__main__':
    print(published(sys.argv[1]))
