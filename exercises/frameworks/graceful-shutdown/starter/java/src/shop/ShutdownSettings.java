package shop;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** How a stop of this service may go. */
@Component
class ShutdownSettings {
    /** From the signal until the port closes. */
    final long drainDelayMs;
    /** From the signal until whatever is left is cut. */
    final long deadlineMs;

    ShutdownSettings(@Value("${shop.drain-delay-ms}") long drainDelayMs, @Value("${shop.shutdown-deadline-ms}") long deadlineMs) {
        this.drainDelayMs = drainDelayMs;
        this.deadlineMs = deadlineMs;
    }
}
