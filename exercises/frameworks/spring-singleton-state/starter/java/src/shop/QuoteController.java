package shop;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
class QuoteController {
    @Autowired
    private Checkout checkout;

    @PostMapping("/quotes")
    Quote quote(@RequestBody Cart cart) {
        return checkout.quote(cart);
    }
}
