import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One token under check; what it does not meet ends the check with a code. */
public final class Verify {
    private static final class Refused extends Exception {
        final transient Verdict.Code code;

        Refused(Verdict.Code code) {
            super(code.name());
            this.code = code;
        }
    }

    private final Map<String, Object> header;
    private final Map<String, Object> claims;
    private final byte[] signed;
    private final byte[] signature;

    public static Verdict verifyToken(String token, Policy policy) {
        try {
            return Verdict.accepted(new Verify(token).check(policy));
        } catch (Refused refused) {
            return Verdict.refused(refused.code);
        }
    }

    private Verify(String token) throws Refused {
        need(() -> token.length() <= 8192 && token.matches("[\\w-]+\\.[\\w-]+\\.[\\w-]*"), Verdict.Code.MALFORMED);
        int middle = token.indexOf('.');
        int end = token.lastIndexOf('.');
        header = parsed(token.substring(0, middle));
        claims = parsed(token.substring(middle + 1, end));
        signature = decoded(token.substring(end + 1));
        signed = token.substring(0, end).getBytes(StandardCharsets.US_ASCII);
    }

    private Map<String, Object> check(Policy policy) throws Refused {
        Key key = null;
        for (Key candidate : policy.keys()) {
            if (candidate.kid().equals(header.get("kid"))) key = candidate;
        }
        if (key == null) throw new Refused(Verdict.Code.UNKNOWN_KEY);
        Key pinned = key;
        need(() -> pinned.alg().equals(header.get("alg")), Verdict.Code.ALG_NOT_ALLOWED);
        need(() -> isSignedWith(pinned), Verdict.Code.BAD_SIGNATURE);
        need(() -> claims.get("exp") instanceof Number n && policy.now() - n.doubleValue() <= policy.leeway(), Verdict.Code.EXPIRED);
        need(() -> !claims.containsKey("nbf") || claims.get("nbf") instanceof Number n && n.doubleValue() - policy.now() <= policy.leeway(), Verdict.Code.NOT_YET_VALID);
        need(() -> policy.issuer().equals(claims.get("iss")), Verdict.Code.BAD_ISSUER);
        Collection<?> audiences = claims.get("aud") instanceof List<?> list ? list : List.of(String.valueOf(claims.get("aud")));
        need(() -> audiences.contains(policy.audience()), Verdict.Code.BAD_AUDIENCE);
        need(() -> header.get("typ") != null && Set.of("at+jwt", "JWT").contains(header.get("typ")), Verdict.Code.BAD_TYPE);
        return claims;
    }

    private boolean isSignedWith(Key key) {
        try {
            if (key.alg().equals("HS256")) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(Base64.getUrlDecoder().decode(key.key()), "RAW"));
                return MessageDigest.isEqual(mac.doFinal(signed), signature);
            }
            boolean isRsa = key.alg().equals("RS256");
            byte[] der = Base64.getMimeDecoder().decode(key.key().replaceAll("-----.*-----", ""));
            Signature check = Signature.getInstance(isRsa ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
            check.initVerify(KeyFactory.getInstance(isRsa ? "RSA" : "EC").generatePublic(new X509EncodedKeySpec(der)));
            check.update(signed);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] decoded(String segment) throws Refused {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(segment);
            need(() -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(segment), Verdict.Code.MALFORMED);
            return bytes;
        } catch (IllegalArgumentException e) {
            throw new Refused(Verdict.Code.MALFORMED);
        }
    }

    private static Map<String, Object> parsed(String segment) throws Refused {
        try {
            return Json.object(Json.parse(new String(decoded(segment), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new Refused(Verdict.Code.MALFORMED);
        }
    }

    private static void need(BooleanSupplier condition, Verdict.Code code) throws Refused {
        if (!condition.getAsBoolean()) throw new Refused(code);
    }
}
