package shop;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * What happens when the context closes, in this order: Spring Boot refuses readiness, the
 * graceful shutdown of the web server (server.shutdown) closes the port and waits for the requests under way.
 */
@Configuration(proxyBeanMethods = false)
class Shutdown {
    /** What the delay has left of the deadline is the web server's. */
    @Bean
    static DefaultLifecycleProcessor lifecycleProcessor(ShutdownSettings settings) {
        DefaultLifecycleProcessor processor = new DefaultLifecycleProcessor();
        processor.setTimeoutPerShutdownPhase(Math.max(1, settings.deadlineMs - settings.drainDelayMs));
        return processor;
    }
}
