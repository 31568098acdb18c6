import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

final class Verify {
    private Verify() {}

    /** May the bearer of this token in? */
    static Verdict verifyToken(String token, Policy policy) {
        String[] parts = token.split("\\.");
        if (parts.length < 2) return Verdict.refused(Verdict.Code.MALFORMED);
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        Map<String, Object> claims = Json.object(Json.parse(payload));
        if (((Number) claims.get("exp")).longValue() < policy.now() - policy.leeway()) return Verdict.refused(Verdict.Code.EXPIRED);
        if (!((String) claims.get("iss")).startsWith(policy.issuer())) return Verdict.refused(Verdict.Code.BAD_ISSUER);
        return Verdict.accepted(claims);
    }
}
