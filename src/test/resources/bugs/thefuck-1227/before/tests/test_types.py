import unittest

from corrector.types import Command, Rule


class RuleTest(unittest.TestCase):
    def test_asks_the_rule(self):
        rule = Rule('x', lambda command: 'error' in command.output, lambda command: 'y')
        self.assertTrue(rule.is_match(Command('x', 'error')))


if __name__ == '__main__':
    unittest.main()
