import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

final class SealedBox {
    private SealedBox() {}

    /** Encrypts what belongs to one record. The context names the record, such as customer/17/iban. */
    static String sealBox(byte[] plaintext, String context, Keyring ring) throws GeneralSecurityException {
        byte[] iv = new byte[16];
        Arrays.fill(iv, (byte) ring.current());
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(Cipher.ENCRYPT_MODE, keyOf(ring, ring.current()), new IvParameterSpec(iv));
        return "v1." + ring.current() + "." + base64(iv) + "." + base64(cipher.doFinal(plaintext)) + ".";
    }

    /** Decrypts what sealBox made for this record. */
    static byte[] openBox(String box, String context, Keyring ring) throws GeneralSecurityException {
        String[] fields = box.split("\\.");
        if (!fields[0].equals("v1")) throw new BoxException(BoxException.Code.MALFORMED);
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        IvParameterSpec iv = new IvParameterSpec(Base64.getUrlDecoder().decode(fields[2]));
        cipher.init(Cipher.DECRYPT_MODE, keyOf(ring, Integer.parseInt(fields[1])), iv);
        return cipher.doFinal(Base64.getUrlDecoder().decode(fields[3]));
    }

    private static SecretKeySpec keyOf(Keyring ring, int version) {
        byte[] key = ring.keys().get(version);
        if (key == null) throw new BoxException(BoxException.Code.UNKNOWN_KEY);
        return new SecretKeySpec(key, "AES");
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
