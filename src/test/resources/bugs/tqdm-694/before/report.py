from bars.std import Bar


def lines():
    yield 'a'
    yield 'b'


def main():
    bar = Bar(lines())
    if bar:
        for line in bar:
            print(line)


if __name__ == '__main__':
    main()
