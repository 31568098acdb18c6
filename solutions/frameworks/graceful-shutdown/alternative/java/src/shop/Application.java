package shop;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class Application {
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setDefaultProperties(Map.of("spring.lifecycle.timeout-per-shutdown-phase", timeLeftMs() + "ms"));
        application.run(args);
    }

    /** What the delay has left of the deadline. */
    private static long timeLeftMs() {
        return Math.max(1, setting("SHUTDOWN_DEADLINE_MS", 5000) - setting("DRAIN_DELAY_MS", 300));
    }

    private static long setting(String name, long otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : Long.parseLong(value);
    }
}
