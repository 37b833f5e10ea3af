import json
import logging
import unittest

import run
from shop import service


class RecordedRequestsTest(unittest.TestCase):
    """Requests of real customers (data/requests.jsonl): each is taken or refused, none is lost."""

    def setUp(self) -> None:
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def test_every_request_is_answered(self) -> None:
        for line in run.RECORDING.read_text(encoding="utf-8").splitlines():
            request = json.loads(line)
            with self.subTest(request=request["id"]):
                status, answer = service.handle(request["id"], json.dumps(request["body"]))
                self.assertIn(status, (201, 400), answer)


if __name__ == "__main__":
    unittest.main()
