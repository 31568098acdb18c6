package shop;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class QuoteController {
    private final Checkout checkout;

    QuoteController(Checkout checkout) {
        this.checkout = checkout;
    }

    @PostMapping("/quotes")
    Quote quote(@RequestBody Cart cart) {
        return checkout.quote(cart);
    }
}
