def match(command):
    return command.script.startswith('cd..')


def get_new_command(command):
    return 'cd ..' + command.script[4:]
