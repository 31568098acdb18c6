/** A text that cannot be printed by accident: whoever asks for its text gets the mask. */
final class Secret {
    private final String value;

    Secret(String value) {
        this.value = value;
    }

    @Override
    public String toString() {
        return "****" + value.substring(Math.max(0, value.length() - 4));
    }
}
