package shop;

import jakarta.validation.Valid;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/orders")
class OrderController {
    private final Map<Long, Order> orders = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Order> create(@Valid @RequestBody NewOrder wanted) {
        long id = lastId.incrementAndGet();
        Order order = new Order(id, wanted.customer(), wanted.shipTo(), wanted.lines(), Boolean.TRUE.equals(wanted.gift()));
        orders.put(id, order);
        return ResponseEntity.created(URI.create("/orders/" + id)).body(order);
    }

    @GetMapping("/{id}")
    Order show(@PathVariable long id) {
        Order order = orders.get(id);
        if (order == null) throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no order " + id + ".");
        return order;
    }
}
