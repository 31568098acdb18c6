import java.util.Map;

/** Accepted with claims, or refused with a code. */
record Verdict(boolean ok, Map<String, Object> claims, Code code) {
    enum Code { MALFORMED, UNKNOWN_KEY, ALG_NOT_ALLOWED, BAD_SIGNATURE, EXPIRED, NOT_YET_VALID, BAD_ISSUER, BAD_AUDIENCE, BAD_TYPE }

    static Verdict accepted(Map<String, Object> claims) {
        return new Verdict(true, claims, null);
    }

    static Verdict refused(Code code) {
        return new Verdict(false, null, code);
    }
}
