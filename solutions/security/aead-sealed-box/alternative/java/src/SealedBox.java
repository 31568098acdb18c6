import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** One box, taken apart; the tag stays behind the ciphertext, where Java's cipher wants it. */
public record SealedBox(int version, byte[] nonce, byte[] sealed) {
    private static final int TAG = 16;

    public SealedBox {
        if (nonce.length != 12 || sealed.length < TAG) throw new BoxException(BoxException.Code.MALFORMED);
    }

    public static String sealBox(byte[] plaintext, String context, Keyring ring) throws GeneralSecurityException {
        byte[] nonce = new SecureRandom().generateSeed(12);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, ring, ring.current(), nonce, context, plaintext);
        return new SealedBox(ring.current(), nonce, sealed).toString();
    }

    public static byte[] openBox(String text, String context, Keyring ring) throws GeneralSecurityException {
        SealedBox box = parse(text);
        if (!ring.keys().containsKey(box.version)) throw new BoxException(BoxException.Code.UNKNOWN_KEY);
        try {
            return run(Cipher.DECRYPT_MODE, ring, box.version, box.nonce, context, box.sealed);
        } catch (GeneralSecurityException e) {
            throw new BoxException(BoxException.Code.REFUSED);
        }
    }

    private static SealedBox parse(String text) {
        String[] fields = text.split("\\.", -1);
        if (fields.length != 5 || !fields[0].equals("v1")) throw new BoxException(BoxException.Code.MALFORMED);
        try {
            Base64.Decoder base64 = Base64.getUrlDecoder();
            int version = Integer.parseInt(fields[1]);
            byte[] tag = base64.decode(fields[4]);
            if (version < 0 || !String.valueOf(version).equals(fields[1]) || tag.length != TAG) throw new BoxException(BoxException.Code.MALFORMED);
            byte[] body = base64.decode(fields[3]);
            byte[] sealed = ByteBuffer.allocate(body.length + TAG).put(body).put(tag).array();
            SealedBox box = new SealedBox(version, base64.decode(fields[2]), sealed);
            // Java's decoder also takes padding; the way back has to give the same text.
            if (!box.toString().equals(text)) throw new BoxException(BoxException.Code.MALFORMED);
            return box;
        } catch (IllegalArgumentException e) {
            throw new BoxException(BoxException.Code.MALFORMED);
        }
    }

    private static byte[] run(int mode, Keyring ring, int version, byte[] nonce, String context, byte[] input) throws GeneralSecurityException {
        Key key = new SecretKeySpec(ring.keys().get(version), "AES");
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        gcm.updateAAD(String.format("v1.%d.%s", version, context).getBytes(StandardCharsets.UTF_8));
        return gcm.doFinal(input);
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        ByteBuffer body = base64.encode(ByteBuffer.wrap(sealed, 0, sealed.length - TAG));
        ByteBuffer tag = base64.encode(ByteBuffer.wrap(sealed, sealed.length - TAG, TAG).slice());
        return "v1." + version + "." + base64.encodeToString(nonce) + "." + ascii(body) + "." + ascii(tag);
    }

    private static String ascii(ByteBuffer bytes) {
        return StandardCharsets.US_ASCII.decode(bytes).toString();
    }
}
