import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

final class SealedBox {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final Pattern BOX = Pattern.compile("v1\\.(0|[1-9]\\d{0,8})\\.([\\w-]{16})\\.([\\w-]*)\\.([\\w-]{22})");
    private static final SecureRandom RANDOM = new SecureRandom();

    private SealedBox() {}

    static String sealBox(byte[] plaintext, String context, Keyring ring) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] body = cipher(Cipher.ENCRYPT_MODE, ring, ring.current(), nonce).doFinal(plaintext);
        byte[] tag = check(plaintext, ring.current(), context);
        return String.join(".", "v1", String.valueOf(ring.current()), base64(nonce), base64(body), base64(tag));
    }

    static byte[] openBox(String box, String context, Keyring ring) throws GeneralSecurityException {
        Matcher fields = BOX.matcher(box);
        if (!fields.matches()) throw new BoxException(BoxException.Code.MALFORMED);
        int version = Integer.parseInt(fields.group(1));
        byte[] plaintext = cipher(Cipher.DECRYPT_MODE, ring, version, bytes(fields.group(2))).doFinal(bytes(fields.group(3)));
        byte[] tag = check(plaintext, version, context);
        if (!MessageDigest.isEqual(tag, bytes(fields.group(4)))) throw new BoxException(BoxException.Code.REFUSED);
        return plaintext;
    }

    private static Cipher cipher(int mode, Keyring ring, int version, byte[] nonce) throws GeneralSecurityException {
        byte[] key = ring.keys().get(version);
        if (key == null) throw new BoxException(BoxException.Code.UNKNOWN_KEY);
        Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(Arrays.copyOf(nonce, 16)));
        return cipher;
    }

    private static byte[] check(byte[] plaintext, int version, String context) throws GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update(("v1." + version + "." + context).getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(sha256.digest(plaintext), TAG_BYTES);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String base64) {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new BoxException(BoxException.Code.MALFORMED);
        }
    }
}
