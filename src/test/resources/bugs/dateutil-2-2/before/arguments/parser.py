import argparse


def parse(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument('entry')
    return parser.parse_args(arguments)
