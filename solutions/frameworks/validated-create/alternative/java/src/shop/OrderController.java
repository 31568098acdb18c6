package shop;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body as a tree, checks the tree, and binds it only when nothing is wrong with it. */
@RestController
@RequestMapping("/orders")
class OrderController {
    private final Map<Long, Order> orders = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final JsonMapper mapper;

    OrderController(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Order> create(@RequestBody(required = false) byte[] body, UriComponentsBuilder here) {
        JsonNode tree = parsed(body == null ? new byte[0] : body);
        List<OrderCheck.Fault> faults = OrderCheck.faultsOf(tree);
        if (!faults.isEmpty()) throw refusal(HttpStatus.UNPROCESSABLE_CONTENT, "The order breaks rules.", faults);

        NewOrder wanted = mapper.treeToValue(tree, NewOrder.class);
        Order order = new Order(lastId.incrementAndGet(), wanted.customer(), wanted.shipTo(), wanted.lines(), tree.path("gift").asBoolean(false));
        orders.put(order.id(), order);
        URI location = here.path("/orders/{id}").buildAndExpand(order.id()).toUri();
        return ResponseEntity.created(location).body(order);
    }

    @GetMapping("/{id}")
    Order show(@PathVariable long id) {
        Order order = orders.get(id);
        if (order == null) throw refusal(HttpStatus.NOT_FOUND, "There is no order " + id + ".", null);
        return order;
    }

    private JsonNode parsed(byte[] body) {
        try {
            JsonNode tree = mapper.readTree(body);
            if (!tree.isMissingNode()) return tree;
        } catch (JacksonException e) {
            // Answered below, like an empty body.
        }
        throw refusal(HttpStatus.BAD_REQUEST, "The body is not JSON.", null);
    }

    private static ErrorResponseException refusal(HttpStatus status, String detail, List<OrderCheck.Fault> faults) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        if (faults != null) problem.setProperty("errors", faults);
        return new ErrorResponseException(status, problem, null);
    }
}
