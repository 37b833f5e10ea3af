"""Answers requests, and logs what it does."""

import json
import logging
import sys
import time
from typing import Any, Dict, Tuple

from shop.orders import InvalidOrder, place_order

Answer = Tuple[int, Dict[str, Any]]


def handle(request_id: str, body: str) -> Answer:
    """Answers POST /orders with a status and a JSON object; never raises."""
    log = logging.LoggerAdapter(logging.getLogger(__name__), {"request_id": request_id})
    log.info("POST /orders, %d bytes", len(body))
    try:
        order = place_order(json.loads(body))
    except (InvalidOrder, json.JSONDecodeError) as refusal:
        log.warning("400 refused: %s", refusal)
        return 400, {"error": str(refusal)}
    except Exception:
        log.exception("500 order could not be handled")
        return 500, {"error": "something went wrong, please try again", "request": request_id}
    log.info(
        "201 order of %s taken: %d line(s), %s EUR",
        order.customer,
        len(order.lines),
        order.price.total,
    )
    return 201, {"total": str(order.price.total), "shipping": str(order.price.shipping)}


def configure_logging() -> None:
    """One line an event to the standard output, times in UTC."""
    formatter = logging.Formatter(
        "%(asctime)s %(levelname)-7s [%(request_id)s] %(name)s: %(message)s"
    )
    formatter.converter = time.gmtime
    formatter.default_time_format = "%Y-%m-%dT%H:%M:%S"
    formatter.default_msec_format = "%s.%03dZ"
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
