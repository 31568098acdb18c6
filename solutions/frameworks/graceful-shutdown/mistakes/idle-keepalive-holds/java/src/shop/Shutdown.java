package shop;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * What happens when the context closes, in this order: Spring Boot refuses readiness, {@link DrainDelay} waits, the
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

    @Bean
    DrainDelay drainDelay(ShutdownSettings settings) {
        return new DrainDelay(settings.drainDelayMs);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> countedConnections() {
        return factory -> factory.setProtocol(CountedProtocol.class.getName());
    }

    @Bean
    LastConnection lastConnection(ServletWebServerApplicationContext context) {
        return new LastConnection(context);
    }

    /** Between the graceful shutdown of the web server and its end: waits until the last connection is gone. */
    static class LastConnection implements SmartLifecycle {
        private final ServletWebServerApplicationContext context;
        private volatile boolean running;

        LastConnection(ServletWebServerApplicationContext context) {
            this.context = context;
        }

        @Override
        public int getPhase() {
            return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 1;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            TomcatWebServer server = (TomcatWebServer) context.getWebServer();
            var protocol = (CountedProtocol) server.getTomcat().getConnector().getProtocolHandler();
            try {
                while (protocol.openConnections() > 0) Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    /** In the highest phase, which stops first. */
    static class DrainDelay implements SmartLifecycle {
        private final long delayMs;
        private volatile boolean running;

        DrainDelay(long delayMs) {
            this.delayMs = delayMs;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            try {
                Thread.sleep(delayMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
