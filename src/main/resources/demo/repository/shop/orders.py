"""From the body of a request to an order."""

from dataclasses import dataclass
from typing import Any, List, Mapping, Sequence

from shop import catalogue, pricing
from shop.pricing import Line, Quote

_LARGEST_QUANTITY = 100


class InvalidOrder(Exception):
    """The customer's order cannot be taken; the message says why and is shown to the customer."""


@dataclass(frozen=True)
class Order:
    """An order that was taken."""

    customer: str
    lines: Sequence[Line]
    price: Quote


def place_order(body: Mapping[str, Any]) -> Order:
    """Takes an order, or raises InvalidOrder."""
    customer = body.get("customer")
    if not isinstance(customer, str) or not customer:
        raise InvalidOrder("the customer is missing")
    lines = read_lines(body.get("lines"))
    return Order(customer, lines, pricing.quote(lines, body.get("voucher")))


def read_lines(entries: Any) -> List[Line]:
    """The lines of an order as the web shop and the mobile application send them."""
    if not isinstance(entries, list) or not entries:
        raise InvalidOrder("the basket is empty")
    lines = []
    for entry in entries:
        sku, quantity = entry.get("sku"), entry.get("quantity")
        if not isinstance(quantity, int) or not 1 <= quantity <= _LARGEST_QUANTITY:
            raise InvalidOrder(f"{quantity!r} is not a quantity of {sku}")
        lines.append(Line(catalogue.find(sku), quantity))
    return lines
