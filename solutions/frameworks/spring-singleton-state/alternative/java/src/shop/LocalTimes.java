package shop;

import java.text.SimpleDateFormat;
import java.time.Instant;
import java.util.Date;
import java.util.TimeZone;

/** Writes times as one customer's clock shows them. Each has a format of its own, which no other thread sees. */
final class LocalTimes {
    private final SimpleDateFormat format = new SimpleDateFormat("yyyy-MM-dd HH:mm");

    LocalTimes(String zone) {
        format.setTimeZone(TimeZone.getTimeZone(zone));
    }

    String text(Instant time) {
        return format.format(Date.from(time));
    }
}
