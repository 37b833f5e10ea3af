import functools
import re


def git_support(function):
    """Resolves git aliases before the rule sees the command."""

    @functools.wraps(function)
    def wrapper(command):
        if not command.parts or command.parts[0] not in ('git', 'hub'):
            return False
        if 'trace: alias expansion:' in command.output:
            found = re.search("alias expansion: ([^ ]*) => ([^\n]*)", command.output)
            alias, expansion = found.group(1), found.group(2)
            command.script = re.sub(r'\b{}\b'.format(re.escape(alias)), expansion, command.script)
        return function(command)

    return wrapper
