import unittest
from decimal import Decimal

from shop import catalogue, pricing
from shop.pricing import Line


class PricingTest(unittest.TestCase):
    def line(self, sku: str, quantity: int) -> Line:
        return Line(catalogue.find(sku), quantity)

    def test_ten_pieces_are_five_per_cent_cheaper(self) -> None:
        self.assertEqual(Decimal("88.20"), pricing.line_total(self.line("TEA-SENCHA-100", 9)))
        self.assertEqual(Decimal("93.10"), pricing.line_total(self.line("TEA-SENCHA-100", 10)))

    def test_shipping_is_free_from_fifty_euros_on(self) -> None:
        self.assertEqual(Decimal("0.00"), pricing.quote([self.line("POT-GLASS-1L", 2)]).shipping)
        self.assertEqual(Decimal("3.90"), pricing.quote([self.line("POT-GLASS-1L", 1)]).shipping)

    def test_a_voucher_is_worth_no_more_than_the_goods(self) -> None:
        quote = pricing.quote([self.line("TEA-SENCHA-100", 1)], "SPRING10")
        self.assertEqual(Decimal("3.90"), quote.total)

    def test_an_unknown_voucher_is_worth_nothing(self) -> None:
        quote = pricing.quote([self.line("TEA-SENCHA-100", 1)], "SUMMER99")
        self.assertEqual(Decimal("0.00"), quote.discount)


if __name__ == "__main__":
    unittest.main()
