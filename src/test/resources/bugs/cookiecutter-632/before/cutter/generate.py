import os

from cutter.hooks import run_hook


def generate_files(template, output='.'):
    """Renders the template; its hooks run before and after."""
    run_hook('pre_gen', template, output)
    for name in sorted(os.listdir(template)):
        if name != 'hooks':
            render(os.path.join(template, name), output)
    run_hook('post_gen', template, output)
    return 0


def render(path, output):
    with open(path) as source:
        text = source.read()
    with open(os.path.join(output, os.path.basename(path)), 'w') as target:
        target.write(text)
