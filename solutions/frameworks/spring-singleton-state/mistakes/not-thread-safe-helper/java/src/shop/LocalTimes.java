package shop;

import java.text.SimpleDateFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.TimeZone;

/** Writes times as the customer's clock shows them. */
final class LocalTimes {
    private static final SimpleDateFormat FORMAT = new SimpleDateFormat("yyyy-MM-dd HH:mm");

    private LocalTimes() {}

    static String text(Instant time, ZoneId zone) {
        FORMAT.setTimeZone(TimeZone.getTimeZone(zone));
        return FORMAT.format(Date.from(time));
    }
}
