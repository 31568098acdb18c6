package shop;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the service is for. Nothing here has to change. */
@RestController
class CheckoutController {
    @GetMapping("/fast")
    Map<String, Object> fast() {
        return Map.of("ok", true);
    }

    /** A request that takes its time, as one that waits for a payment provider. */
    @GetMapping("/slow")
    Map<String, Object> slow(@RequestParam long ms) throws InterruptedException {
        Thread.sleep(ms);
        return Map.of("ms", ms);
    }

    /** Answered when the whole body has come. */
    @PostMapping("/upload")
    Map<String, Object> upload(InputStream body) throws IOException {
        return Map.of("bytes", body.readAllBytes().length);
    }
}
