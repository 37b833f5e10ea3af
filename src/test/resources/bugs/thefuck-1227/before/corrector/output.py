import subprocess


def get_output(script):
    """What the command prints when it is run once more; None when that takes too long."""
    process = subprocess.Popen(script, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        return process.communicate(timeout=3)[0].decode('utf-8', 'replace')
    except subprocess.TimeoutExpired:
        process.kill()
        return None
