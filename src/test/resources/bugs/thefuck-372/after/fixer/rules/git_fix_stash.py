from difflib import get_close_matches

STASH_COMMANDS = (
    'apply',
    'branch',
    'clear',
    'drop',
    'list',
    'pop',
    'save',
    'show',
)


def match(script, stderr):
    return script.split()[1:2] == ['stash'] and 'usage:' in stderr


def get_new_command(script):
    words = script.split()
    close = get_close_matches(words[2], STASH_COMMANDS, 1, 0.6)
    if close:
        words[2] = close[0]
    else:
        words.insert(2, 'save')
    return ' '.join(words)
