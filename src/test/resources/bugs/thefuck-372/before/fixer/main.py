import sys

from fixer.corrector import corrected


if __name__ == '__main__':
    print(corrected(' '.join(sys.argv[1:])))
