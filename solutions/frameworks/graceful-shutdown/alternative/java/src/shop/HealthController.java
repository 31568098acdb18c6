package shop;

import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Asked by the platform: restart this process? send it requests? */
@RestController
class HealthController {
    private final Draining draining;

    HealthController(Draining draining) {
        this.draining = draining;
    }

    @GetMapping("/livez")
    Map<String, Object> live() {
        return Map.of("status", "ok");
    }

    @GetMapping("/readyz")
    ResponseEntity<Map<String, Object>> ready() {
        if (draining.hasBegun()) return ResponseEntity.status(503).body(Map.of("status", "draining"));
        return ResponseEntity.ok(Map.of("status", "ready"));
    }
}
