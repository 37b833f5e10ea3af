"""Prices: order lines, vouchers and shipping, all in euros."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Optional, Sequence

from shop.catalogue import Product

_CENT = Decimal("0.01")
_FREE_SHIPPING_FROM = Decimal("50.00")
_BULK_QUANTITY = 10
_BULK_DISCOUNT = Decimal("0.05")
_VOUCHERS = {"WELCOME5": Decimal("5.00"), "SPRING10": Decimal("10.00")}


@dataclass(frozen=True)
class Line:
    """So many of one product."""

    product: Product
    quantity: int


@dataclass(frozen=True)
class Quote:
    """What an order costs."""

    goods: Decimal
    discount: Decimal
    shipping: Decimal

    @property
    def total(self) -> Decimal:
        return self.goods - self.discount + self.shipping


def quote(lines: Sequence[Line], voucher: Optional[str] = None) -> Quote:
    """The price of an order; an unknown voucher is worth nothing."""
    goods = sum((line_total(line) for line in lines), Decimal("0.00"))
    discount = min(_VOUCHERS.get(voucher or "", Decimal("0.00")), goods)
    return Quote(goods, discount, shipping(lines, goods))


def line_total(line: Line) -> Decimal:
    """The price of one line, five per cent off from ten pieces on."""
    price = line.product.price * line.quantity
    if line.quantity >= _BULK_QUANTITY:
        price -= price * _BULK_DISCOUNT
    return price.quantize(_CENT, ROUND_HALF_UP)


def shipping(lines: Sequence[Line], goods: Decimal) -> Decimal:
    """Free from fifty euros on, else by weight."""
    if goods >= _FREE_SHIPPING_FROM:
        return Decimal("0.00")
    grams = sum(line.product.grams * line.quantity for line in lines)
    return Decimal("3.90") if grams <= 1000 else Decimal("5.90")
