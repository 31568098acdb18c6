import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

final class Passwords {
    private record Stored(int iterations, byte[] salt, byte[] hash) {}

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int SHORTEST_HASH = 16;
    private static final Pattern PHC = Pattern.compile("\\$pbkdf2-sha256\\$i=([1-9]\\d{0,8})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    private static final Pattern LEGACY = Pattern.compile("sha1:([0-9A-Fa-f]{40})");
    private static final SecureRandom RANDOM = new SecureRandom();

    private Passwords() {}

    static String hashPassword(String password, int cost) throws GeneralSecurityException {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        byte[] hash = derive(password, salt, cost, HASH_BYTES);
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$pbkdf2-sha256$i=" + cost + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    static boolean verifyPassword(String password, String stored) throws GeneralSecurityException {
        if (stored == null) return false;
        Matcher legacy = LEGACY.matcher(stored);
        if (legacy.matches()) return MessageDigest.isEqual(sha1(password), HexFormat.of().parseHex(legacy.group(1)));
        Optional<Stored> row = parse(stored);
        if (row.isEmpty()) return false;
        byte[] hash = row.get().hash();
        return MessageDigest.isEqual(derive(password, row.get().salt(), row.get().iterations(), hash.length), hash);
    }

    static boolean login(String name, String password, Users users, int cost) throws GeneralSecurityException {
        String stored = users.find(name);
        if (!verifyPassword(password, stored)) return false;
        boolean upToDate = parse(stored).map(row -> row.iterations() >= cost).orElse(false);
        if (!upToDate) users.save(name, hashPassword(password, cost));
        return true;
    }

    private static Optional<Stored> parse(String stored) {
        Matcher found = PHC.matcher(stored);
        if (!found.matches()) return Optional.empty();
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            Stored row = new Stored(Integer.parseInt(found.group(1)), base64.decode(found.group(2)), base64.decode(found.group(3)));
            // A short hash is soon guessed, and an empty one equals every other empty one.
            return row.iterations() < 1 || row.hash().length < SHORTEST_HASH ? Optional.empty() : Optional.of(row);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // No Base64.
        }
    }

    private static byte[] derive(String password, byte[] salt, int iterations, int length) throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, length * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        } finally {
            spec.clearPassword();
        }
    }

    private static byte[] sha1(String password) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
    }
}
