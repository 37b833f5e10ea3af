"""What the shop sells.

A product leaves the catalogue when it is sold out for good; its SKU is not given to another one.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Dict, Optional


@dataclass(frozen=True)
class Product:
    """One article; the price includes taxes."""

    sku: str
    name: str
    price: Decimal
    grams: int


_PRODUCTS: Dict[str, Product] = {
    product.sku: product
    for product in (
        Product("TEA-ASSAM-250", "Assam, 250 g", Decimal("11.50"), 270),
        Product("TEA-SENCHA-100", "Sencha, 100 g", Decimal("9.80"), 115),
        Product("TEA-OOLONG-100", "Oolong, 100 g", Decimal("14.20"), 115),
        Product("POT-GLASS-1L", "Glass pot, 1 l", Decimal("27.00"), 640),
    )
}


def find(sku: object) -> Optional[Product]:
    """The product with this SKU, or None if the shop does not sell it."""
    return _PRODUCTS.get(sku) if isinstance(sku, str) else None
