def match(script, stderr):
    return 'branch -d' in script and 'If you are sure you want to delete it' in stderr


def get_new_command(script):
    return script.replace('-d', '-D')
