package shop;

import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;

/** The event comes before the web server's graceful shutdown, which waits for this listener. */
@Component
class Draining implements ApplicationListener<ContextClosedEvent> {
    private final ShutdownSettings settings;
    private volatile boolean begun;

    Draining(ShutdownSettings settings) {
        this.settings = settings;
    }

    boolean hasBegun() {
        return begun;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        begun = true;
        try {
            Thread.sleep(settings.drainDelayMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
