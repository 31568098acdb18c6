import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

final class Passwords {
    private Passwords() {}

    /** What stands in a new row. */
    static String hashPassword(String password, int cost) throws GeneralSecurityException {
        return "sha1:" + sha1(password);
    }

    /** Does this password belong to the stored text? */
    static boolean verifyPassword(String password, String stored) throws GeneralSecurityException {
        String[] parts = stored.split(":");
        return parts[0].equals("sha1") && parts[1].equals(sha1(password));
    }

    /** The login form: is this the user's password? */
    static boolean login(String name, String password, Users users, int cost) throws GeneralSecurityException {
        String stored = users.find(name);
        return stored != null && verifyPassword(password, stored);
    }

    // People copy a space along with their password, and complained.
    private static String sha1(String password) throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-1").digest(password.strip().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash);
    }
}
