package gym.child;

/** What the suite asked for is not there: no error of the learner's code, and never taken for one. */
final class Absent extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** "export" for what the class as a whole lacks, "method" for what an object lacks. */
    final String what;

    Absent(String what, String message) {
        super(message);
        this.what = what;
    }
}
