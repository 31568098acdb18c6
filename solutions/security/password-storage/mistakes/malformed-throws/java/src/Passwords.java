import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

final class Passwords {
    private record Stored(int iterations, byte[] salt, byte[] hash) {}

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
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
        if (stored.startsWith("sha1:")) return MessageDigest.isEqual(sha1(password), HexFormat.of().parseHex(stored.substring(5)));
        Stored row = parse(stored);
        return MessageDigest.isEqual(derive(password, row.salt(), row.iterations(), row.hash().length), row.hash());
    }

    static boolean login(String name, String password, Users users, int cost) throws GeneralSecurityException {
        String stored = users.find(name);
        if (stored == null || !verifyPassword(password, stored)) return false;
        if (stored.startsWith("sha1:") || parse(stored).iterations() < cost) users.save(name, hashPassword(password, cost));
        return true;
    }

    private static Stored parse(String stored) {
        String[] parts = stored.split("\\$");
        Base64.Decoder base64 = Base64.getDecoder();
        return new Stored(Integer.parseInt(parts[2].substring(2)), base64.decode(parts[3]), base64.decode(parts[4]));
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
