import unittest
from decimal import Decimal

from shop.orders import InvalidOrder, place_order


class OrdersTest(unittest.TestCase):
    def test_takes_an_order(self) -> None:
        order = place_order({"customer": "c-1", "lines": [{"sku": "POT-GLASS-1L", "quantity": 1}]})
        self.assertEqual(Decimal("30.90"), order.price.total)

    def test_refuses_an_empty_basket(self) -> None:
        with self.assertRaisesRegex(InvalidOrder, "basket is empty"):
            place_order({"customer": "c-1", "lines": []})

    def test_refuses_an_order_of_nobody(self) -> None:
        with self.assertRaisesRegex(InvalidOrder, "customer is missing"):
            place_order({"lines": [{"sku": "POT-GLASS-1L", "quantity": 1}]})

    def test_refuses_what_is_no_quantity(self) -> None:
        for quantity in (0, -1, 101, "2", None):
            with self.subTest(quantity=quantity):
                with self.assertRaisesRegex(InvalidOrder, "not a quantity"):
                    place_order(
                        {"customer": "c-1", "lines": [{"sku": "POT-GLASS-1L", "quantity": quantity}]}
                    )


if __name__ == "__main__":
    unittest.main()
