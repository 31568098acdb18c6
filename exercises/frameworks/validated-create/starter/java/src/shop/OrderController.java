package shop;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/orders")
class OrderController {
    private final Map<Long, Order> orders = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();

    @PostMapping
    ResponseEntity<?> create(@RequestBody NewOrder wanted) {
        if (wanted.customer() == null) return refused("customer is required");
        if (wanted.shipTo() == null) return refused("shipTo is required");
        if (wanted.lines() == null || wanted.lines().isEmpty()) return refused("lines are required");
        for (NewOrder.Line line : wanted.lines()) {
            if (line.quantity() < 1 || line.quantity() > 99) return refused("quantity must be from 1 to 99");
        }
        long id = lastId.incrementAndGet();
        Order order = new Order(id, wanted.customer(), wanted.shipTo(), wanted.lines(), Boolean.TRUE.equals(wanted.gift()));
        orders.put(id, order);
        return ResponseEntity.created(URI.create("/orders/" + id)).body(order);
    }

    @GetMapping("/{id}")
    ResponseEntity<?> show(@PathVariable long id) {
        Order order = orders.get(id);
        return order == null ? ResponseEntity.notFound().build() : ResponseEntity.ok(order);
    }

    private static ResponseEntity<?> refused(String reason) {
        return ResponseEntity.badRequest().body(Map.of("error", reason));
    }
}
