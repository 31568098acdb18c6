import java.util.Map;

/**
 * The keys that this service knows, by version; new boxes are sealed with the current one.
 *
 * @param keys 32 bytes each
 */
record Keyring(int current, Map<Integer, byte[]> keys) {}
