"""Two customers go shopping: python3 src/try.py"""

from shop import Cart, OrderBook, Prices, ReturnsTally, SalesTally, welcome_cart

ada, bob = Cart("ada"), Cart("bob")
ada.add("TEA", 450)
print("bob has", bob.lines)

cy, dan = welcome_cart("cy"), welcome_cart("dan")
cy.add("STICKERS", 0, 10)
print("dan has", dan.lines)

prices = Prices({"SPRING": 10, "STAFF": 30})
print("1000 with SPRING is", prices.price("SPRING", 1000))

sales, returns = SalesTally(), ReturnsTally()
sales.note("TEA")
print("returns", returns.counts)

book = OrderBook()
book.place("A-1", {"customer": "ada", "lines": [{"sku": "TEA", "quantity": 1, "options": ["gift wrap"]}]})
book.duplicate("A-1", "A-2")
book.change_line("A-2", 0, "quantity", 9)
print("A-1 is", book.order("A-1"))
