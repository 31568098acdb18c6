/**
 * A key that the partner has given us, pinned by its id.
 *
 * @param alg RS256, ES256 or HS256
 * @param key RS256, ES256: the public key as PEM. HS256: the shared secret in Base64url.
 */
record Key(String kid, String alg, String key) {}
