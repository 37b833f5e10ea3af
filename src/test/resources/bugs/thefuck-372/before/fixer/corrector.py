from fixer.rules import git_fix_stash, git_branch_delete


RULES = [git_branch_delete, git_fix_stash]


def corrected(script, stderr='usage: git [--version] [--help]'):
    for rule in RULES:
        if rule.match(script, stderr):
            return rule.get_new_command(script)
    return None
