import os
import tempfile
import unittest

from cutter.exceptions import FailedHook
from cutter.hooks import run_script


class HooksTest(unittest.TestCase):
    def script(self, text):
        handle, path = tempfile.mkstemp(dir=self.directory.name)
        os.write(handle, text)
        os.close(handle)
        os.chmod(path, 0o700)
        return path

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def test_tells_the_status(self):
        with self.assertRaisesRegex(FailedHook, 'exit status: 3'):
            run_script(self.script(b'#!/bin/sh\nexit 3\n'))

    def test_tells_that_it_is_empty(self):
        with self.assertRaisesRegex(FailedHook, 'might be empty'):
            run_script(self.script(b''))
