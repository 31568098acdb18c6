final class BoxException extends RuntimeException {
    enum Code {
        /** Not a box at all. */
        MALFORMED,
        /** Sealed with a key that is not in the ring. */
        UNKNOWN_KEY,
        /** Changed, or not for here. */
        REFUSED
    }

    private static final long serialVersionUID = 1;

    private final Code code;

    BoxException(Code code) {
        super(code.name());
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
