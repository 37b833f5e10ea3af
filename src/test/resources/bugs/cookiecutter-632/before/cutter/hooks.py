import os
import subprocess
import sys

from cutter.exceptions import FailedHook

EXIT_SUCCESS = 0


def find_hook(name, template):
    """The script of a hook, None where the template has none."""
    directory = os.path.join(template, 'hooks')
    if not os.path.isdir(directory):
        return None
    for file in os.listdir(directory):
        if os.path.splitext(file)[0] == name:
            return os.path.abspath(os.path.join(directory, file))
    return None


def run_script(script, cwd='.'):
    """Runs a script and waits for it.

    :raises FailedHook: when it does not succeed
    """
    command = [sys.executable, script] if script.endswith('.py') else [script]
    process = subprocess.Popen(command, cwd=cwd)
    status = process.wait()
    if status != EXIT_SUCCESS:
        raise FailedHook('hook script failed (exit status: {})'.format(status))


def run_hook(name, template, output):
    script = find_hook(name, template)
    if script is not None:
        run_script(script, output)
