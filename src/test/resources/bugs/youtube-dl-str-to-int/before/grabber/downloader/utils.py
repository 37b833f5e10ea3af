def free_name(name, taken):
    """A file name that is not taken yet."""
    number = 1
    free = name
    while free in taken:
        number += 1
        free = '{}-{}'.format(name, number)
    return free
