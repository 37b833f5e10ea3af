"""Suggests corrections for a shell command that failed."""
import sys

from .output import get_output
from .rules import load_rules
from .types import Command


def suggest(script, rerun=True):
    command = Command(script, get_output(script) if rerun else None)
    found = []
    for rule in load_rules():
        if rule.is_match(command):
            found.extend(rule.corrections(command))
    return found


if __name__ == '__main__':
    for line in suggest(sys.argv[1], '--no-rerun' not in sys.argv):
        print(line)
