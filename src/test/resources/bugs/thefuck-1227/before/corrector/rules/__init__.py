from . import git_upstream, no_space
from ..types import Rule


def load_rules():
    rules = [
        Rule('git_upstream', git_upstream.match, git_upstream.get_new_command),
        Rule('no_space', no_space.match, no_space.get_new_command, 900, requires_output=False),
    ]
    return sorted(rules)
