/** A text that cannot be printed by accident: whoever asks for its text gets the mask. */
final class Secret {
    private final String value;

    Secret(String value) {
        this.value = value;
    }

    String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return value.length() < 16 ? "****" : "****" + value.substring(value.length() - 4);
    }
}
