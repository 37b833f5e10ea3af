"""Handles the requests recorded in data/requests.jsonl, as the deployed service does."""

import json
import pathlib

from shop import service

RECORDING = pathlib.Path(__file__).resolve().parent / "data" / "requests.jsonl"


def main() -> None:
    service.configure_logging()
    for line in RECORDING.read_text(encoding="utf-8").splitlines():
        request = json.loads(line)
        service.handle(request["id"], json.dumps(request["body"]))


if __name__ == "__main__":
    main()
