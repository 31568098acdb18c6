package shop;

import java.time.Instant;

/** What one piece costs, and until when. */
public record Price(long cents, Instant until) {}
