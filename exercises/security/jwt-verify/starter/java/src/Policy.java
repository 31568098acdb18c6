import java.util.List;

/**
 * What a token has to fit.
 *
 * @param now seconds since 1970, as in the claims
 * @param leeway by how many seconds clocks may differ
 */
record Policy(List<Key> keys, String issuer, String audience, long now, long leeway) {}
