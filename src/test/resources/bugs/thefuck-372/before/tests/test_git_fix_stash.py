import unittest

from fixer.rules.git_fix_stash import get_new_command, match


class StashTest(unittest.TestCase):
    def test_matches_stash(self):
        self.assertTrue(match('git stash opp', 'usage: git stash list'))

    def test_fixes_the_subcommand(self):
        self.assertEqual('git stash pop', get_new_command('git stash opp'))
