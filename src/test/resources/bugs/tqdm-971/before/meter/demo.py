from meter.gui import WindowMeter


def rows():
    yield from range(3)


if __name__ == '__main__':
    for row in WindowMeter(rows()):
        print(row)
