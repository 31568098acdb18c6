import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

public class Passwords {
    /** A row that was verified, by what it cost; an old one cost nothing. */
    private static final OptionalInt WRONG = OptionalInt.empty();

    public static String hashPassword(String password, int cost) {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        return String.join("$", "", "pbkdf2-sha256", "i=" + cost, base64(salt), base64(pbkdf2(password, salt, cost, 32)));
    }

    public static boolean verifyPassword(String password, String stored) {
        return check(password, stored).isPresent();
    }

    public static boolean login(String name, String password, Users users, int cost) {
        OptionalInt paid = check(password, users.find(name));
        if (paid.isPresent() && paid.getAsInt() < cost) users.save(name, hashPassword(password, cost));
        return paid.isPresent();
    }

    private static OptionalInt check(String password, String stored) {
        if (stored == null) return WRONG;
        try {
            return stored.startsWith("sha1:") ? checkSha1(password, stored.substring(5)) : checkPbkdf2(password, stored.split("\\$", -1));
        } catch (IllegalArgumentException e) {
            return WRONG; // No number, no Base64, no hex.
        }
    }

    private static OptionalInt checkSha1(String password, String hex) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
            return MessageDigest.isEqual(hash, HexFormat.of().parseHex(hex)) ? OptionalInt.of(0) : WRONG;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OptionalInt checkPbkdf2(String password, String[] parts) {
        if (parts.length != 5 || !parts[0].isEmpty() || !parts[1].equals("pbkdf2-sha256") || !parts[2].startsWith("i=")) return WRONG;
        int cost = Integer.parseInt(parts[2].substring(2));
        byte[] hash = Base64.getDecoder().decode(parts[4]);
        if (hash.length < 16) return WRONG;
        byte[] salt = Base64.getDecoder().decode(parts[3]);
        // Java reads more ways of writing a number and Base64 than this class writes.
        if (!List.of("i=" + cost, base64(salt), base64(hash)).equals(List.of(parts).subList(2, 5))) return WRONG;
        byte[] made = pbkdf2(password, salt, cost, hash.length);
        return MessageDigest.isEqual(made, hash) ? OptionalInt.of(cost) : WRONG;
    }

    private static byte[] pbkdf2(String password, byte[] salt, int iterations, int length) {
        try {
            var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, length * Byte.SIZE);
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes).replace("=", "");
    }
}
