#!/usr/bin/env python3
"""Captures the tracebacks of the bugs again, by running them: capture.py [NAME]...

For each bug: copies before/ to an empty directory, runs its command there, writes what comes on
standard error to trace.txt with the directory replaced by the deploy prefix. Then runs its test on
the source before, on the source before with the new tests, and on the fixed source, and says so
unless they pass, fail and pass. Needs python3, node and a JDK.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def properties(bug):
    lines = (bug / 'bug.properties').read_text().splitlines()
    return {k: v.replace('\\\\', '\\') for k, v in (line.split('=', 1) for line in lines if line)}


def is_test(path):
    return any(part in ('test', 'tests') for part in path.parts)


def run(bug, command, overlay=lambda path: False):
    """Exit code and standard error of a command in a copy of the source."""
    with tempfile.TemporaryDirectory() as directory:
        root = pathlib.Path(directory, 'deployed').resolve()
        shutil.copytree(bug / 'before', root)
        for file in (bug / 'after').rglob('*'):
            path = file.relative_to(bug / 'after')
            if file.is_file() and overlay(path):
                shutil.copy(file, root / path)
        done = subprocess.run(['sh', '-c', command], cwd=root, stderr=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, text=True, timeout=120)
        error = done.stderr.replace(str(root), '{root}')
        # Where the interpreter lies here is of no interest.
        return done.returncode, error.replace(sys.base_prefix + '/', '/usr/local/')


def main(names):
    for bug in sorted(path.parent for path in HERE.glob('*/bug.properties')):
        if names and bug.name not in names:
            continue
        known = properties(bug)
        status, error = run(bug, known['run'])
        if status == 0:
            print(bug.name, 'does not fail')
            continue
        (bug / 'trace.txt').write_text(error.replace('{root}', known.get('prefix', '/app')))
        tests = [run(bug, known['test'])[0],
                 run(bug, known['test'], is_test)[0],
                 run(bug, known['test'], lambda path: True)[0]]
        if [status == 0 for status in tests] != [True, False, True]:
            print(bug.name, 'before, with the new tests, fixed:', tests)


if __name__ == '__main__':
    main(sys.argv[1:])
