package shop;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Writes times as the customer's clock shows them. */
final class LocalTimes {
    /** Never changes, so that all threads may share it. */
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    private LocalTimes() {}

    static String text(Instant time, ZoneId zone) {
        return FORMAT.format(time.atZone(zone));
    }
}
