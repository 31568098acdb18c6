import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class Verify {
    /** A token taken apart; {@code signed} are the first two segments as they came. */
    private record Token(Map<String, Object> header, Map<String, Object> claims, byte[] signed, byte[] signature) {}

    private static final int LONGEST = 8192;

    private Verify() {}

    static Verdict verifyToken(String text, Policy policy) throws GeneralSecurityException {
        Optional<Token> parsed = parse(text);
        if (parsed.isEmpty()) return Verdict.refused(Verdict.Code.MALFORMED);
        Token token = parsed.get();
        Optional<Key> key = policy.keys().stream().filter(k -> k.kid().equals(token.header().get("kid"))).findFirst();
        if (key.isEmpty()) return Verdict.refused(Verdict.Code.UNKNOWN_KEY);
        // The header is the sender's word: it may name the algorithm that the key has, and choose nothing.
        if (!key.get().alg().equals(token.header().get("alg"))) return Verdict.refused(Verdict.Code.ALG_NOT_ALLOWED);
        if (!isSigned(token, key.get())) return Verdict.refused(Verdict.Code.BAD_SIGNATURE);
        return misfit(token, policy).map(Verdict::refused).orElseGet(() -> Verdict.accepted(token.claims()));
    }

    private static Optional<Verdict.Code> misfit(Token token, Policy policy) {
        Map<String, Object> claims = token.claims();
        if (!(claims.get("exp") instanceof Number exp) || policy.now() > exp.doubleValue() + policy.leeway()) return Optional.of(Verdict.Code.EXPIRED);
        boolean early = claims.containsKey("nbf") && !(claims.get("nbf") instanceof Number nbf && policy.now() >= nbf.doubleValue() - policy.leeway());
        if (early) return Optional.of(Verdict.Code.NOT_YET_VALID);
        if (!policy.issuer().equals(claims.get("iss"))) return Optional.of(Verdict.Code.BAD_ISSUER);
        if (!String.valueOf(claims.get("aud")).contains(policy.audience())) return Optional.of(Verdict.Code.BAD_AUDIENCE);
        Object type = token.header().get("typ");
        return "at+jwt".equals(type) || "JWT".equals(type) ? Optional.empty() : Optional.of(Verdict.Code.BAD_TYPE);
    }

    private static boolean isSigned(Token token, Key key) throws GeneralSecurityException {
        return switch (key.alg()) {
            case "RS256" -> isSigned(token, "SHA256withRSA", publicKey("RSA", key));
            // JOSE writes r and s as 64 raw bytes; SHA256withECDSA alone expects DER.
            case "ES256" -> isSigned(token, "SHA256withECDSAinP1363Format", publicKey("EC", key));
            default -> MessageDigest.isEqual(hmac(Base64.getUrlDecoder().decode(key.key()), token.signed()), token.signature());
        };
    }

    private static boolean isSigned(Token token, String algorithm, PublicKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initVerify(key);
        signature.update(token.signed());
        try {
            return signature.verify(token.signature());
        } catch (SignatureException e) {
            return false; // Of another length or form.
        }
    }

    private static PublicKey publicKey(String algorithm, Key key) throws GeneralSecurityException {
        String base64 = key.key().replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static byte[] hmac(byte[] secret, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static Optional<Token> parse(String text) {
        if (text.length() > LONGEST) return Optional.empty();
        String[] segments = text.split("\\.", -1);
        if (segments.length != 3) return Optional.empty();
        try {
            byte[] signed = (segments[0] + "." + segments[1]).getBytes(StandardCharsets.US_ASCII);
            return Optional.of(new Token(object(segments[0]), object(segments[1]), signed, bytes(segments[2])));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> object(String segment) {
        return Json.object(Json.parse(new String(bytes(segment), StandardCharsets.UTF_8)));
    }

    /** The way back tells whether the segment was the one spelling of its bytes. */
    private static byte[] bytes(String segment) {
        byte[] bytes = Base64.getUrlDecoder().decode(segment);
        String canonical = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        if (!canonical.equals(segment)) throw new IllegalArgumentException("not the canonical form");
        return bytes;
    }
}
