import java.util.Map;

/** By hand: java -cp out Try "blue teapot" */
final class Try {
    public static void main(String[] args) throws Exception {
        Keyring ring = new Keyring(7, Map.of(7, new byte[32]));
        String box = SealedBox.sealBox(args[0].getBytes("UTF-8"), "order/9/note", ring);
        System.out.println(box);
        System.out.println(new String(SealedBox.openBox(box, "order/9/note", ring), "UTF-8"));
    }
}
