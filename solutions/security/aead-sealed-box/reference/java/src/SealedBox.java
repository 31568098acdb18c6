import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

final class SealedBox {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final Pattern BOX = Pattern.compile("v1\\.(0|[1-9]\\d*)\\.([\\w-]{16})\\.([\\w-]*)\\.([\\w-]{22})");
    private static final SecureRandom RANDOM = new SecureRandom();

    private SealedBox() {}

    static String sealBox(byte[] plaintext, String context, Keyring ring) throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, ring, ring.current(), nonce, context).doFinal(plaintext);
        int end = sealed.length - TAG_BYTES; // Java puts the tag behind the ciphertext.
        byte[] body = Arrays.copyOf(sealed, end);
        byte[] tag = Arrays.copyOfRange(sealed, end, sealed.length);
        return String.join(".", "v1", String.valueOf(ring.current()), base64(nonce), base64(body), base64(tag));
    }

    static byte[] openBox(String box, String context, Keyring ring) throws GeneralSecurityException {
        Matcher fields = BOX.matcher(box);
        if (!fields.matches()) throw new BoxException(BoxException.Code.MALFORMED);
        int version = version(fields.group(1));
        Cipher cipher = cipher(Cipher.DECRYPT_MODE, ring, version, bytes(fields.group(2)), context);
        try {
            return cipher.doFinal(joined(bytes(fields.group(3)), bytes(fields.group(4))));
        } catch (AEADBadTagException e) {
            throw new BoxException(BoxException.Code.REFUSED);
        }
    }

    private static Cipher cipher(int mode, Keyring ring, int version, byte[] nonce, String context) throws GeneralSecurityException {
        byte[] key = ring.keys().get(version);
        if (key == null) throw new BoxException(BoxException.Code.UNKNOWN_KEY);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        // What is not secret and must not change: the head of the box and the record that it is for.
        cipher.updateAAD(("v1." + version + "." + context).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] joined(byte[] body, byte[] tag) {
        byte[] both = Arrays.copyOf(body, body.length + tag.length);
        System.arraycopy(tag, 0, both, body.length, tag.length);
        return both;
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

    /** A number that is too large for a version of the ring is one that the ring does not hold. */
    private static int version(String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new BoxException(BoxException.Code.UNKNOWN_KEY);
        }
    }
}
