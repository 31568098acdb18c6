/** The shop's table of users, as far as passwords are concerned. */
interface Users {
    /** What is stored for this user: the text that hashPassword made, or an old row; null when nobody has the name. */
    String find(String name);

    void save(String name, String stored);
}
