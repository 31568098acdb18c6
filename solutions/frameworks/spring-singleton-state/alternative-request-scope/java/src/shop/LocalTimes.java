package shop;

import java.text.SimpleDateFormat;
import java.time.Instant;
import java.util.Date;
import java.util.TimeZone;

/** Writes times as the customer's clock shows them. */
final class LocalTimes {
    private static final SimpleDateFormat FORMAT = new SimpleDateFormat("yyyy-MM-dd HH:mm");

    private LocalTimes() {}

    /** One at a time; the zone belongs to the same step. */
    static synchronized String text(Instant time, String zone) {
        FORMAT.setTimeZone(TimeZone.getTimeZone(zone));
        return FORMAT.format(Date.from(time));
    }
}
