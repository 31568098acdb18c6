package shop;

import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Asked by the platform: restart this process? send it requests? */
@RestController
class HealthController {
    @GetMapping("/livez")
    Map<String, Object> live() {
        return Map.of("status", "ok");
    }

    @GetMapping("/readyz")
    ResponseEntity<Map<String, Object>> ready() {
        return ResponseEntity.ok(Map.of("status", "ready"));
    }
}
