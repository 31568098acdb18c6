/** By hand: java -cp out Try "blue teapot" 5000 */
final class Try {
    public static void main(String[] args) throws Exception {
        String stored = Passwords.hashPassword(args[0], Integer.parseInt(args[1]));
        System.out.println(stored);
        System.out.println(Passwords.verifyPassword(args[0], stored));
    }
}
