import sys

from flow.task import TASKS


def build(name, value):
    task = TASKS[name].from_text({'numbers': value})
    return task.run()


if __name__ == '__main__':
    print(build(sys.argv[1], sys.argv[2]))
