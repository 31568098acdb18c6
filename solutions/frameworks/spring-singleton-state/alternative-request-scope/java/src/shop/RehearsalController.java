package shop;

import java.util.Map;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tries prices out that are not on sale yet, with a checkout of its own that Spring knows nothing of. */
@RestController
class RehearsalController {
    record Rehearsal(Cart cart, Map<String, Price> prices) {}

    @PostMapping("/rehearsals")
    Quote rehearse(@RequestBody Rehearsal rehearsal) {
        Prices prices = skus -> skus.stream().map(rehearsal.prices()::get).toList();
        return new Checkout(prices, new Basket(), new QuoteWriter()).quote(rehearsal.cart());
    }
}
