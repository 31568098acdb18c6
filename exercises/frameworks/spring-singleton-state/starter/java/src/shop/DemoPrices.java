package shop;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A slow price service for trying things out by hand. Nothing here has to change. */
@RestController
class DemoPrices {
    @PostMapping("/demo/prices")
    List<Price> of(@RequestBody List<String> skus) throws InterruptedException {
        Thread.sleep(4_000);
        Instant until = Instant.now().truncatedTo(ChronoUnit.HOURS).plus(2, ChronoUnit.DAYS);
        return skus.stream().map(sku -> new Price(100L * sku.length(), until)).toList();
    }
}
