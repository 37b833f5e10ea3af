from ..specific.git import git_support


@git_support
def match(command):
    return 'push' in command.parts and 'git push --set-upstream' in command.output


@git_support
def get_new_command(command):
    line = [part for part in command.output.split('\n') if '--set-upstream' in part][-1]
    return line.strip()
