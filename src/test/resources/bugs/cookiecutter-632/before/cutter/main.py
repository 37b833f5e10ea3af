import sys

from cutter.exceptions import CutterError
from cutter.generate import generate_files


def main(template):
    try:
        return generate_files(template)
    except CutterError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
