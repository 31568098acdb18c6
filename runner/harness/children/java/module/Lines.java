package gym.child;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Cuts a stream into lines at "\n" alone: JSON text may hold other line breaks. */
final class Lines {
    private final InputStream in;
    private final byte[] buffer = new byte[65_536];
    private int at;
    private int end;

    Lines(InputStream in) {
        this.in = in;
    }

    /** The next line, or null when there is none any more. */
    String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int start = at;
            while (at < end) {
                if (buffer[at++] != '\n') continue;
                line.write(buffer, start, at - 1 - start);
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(buffer, start, at - start);
            at = 0;
            end = in.read(buffer);
            if (end < 0) return null;
        }
    }
}
