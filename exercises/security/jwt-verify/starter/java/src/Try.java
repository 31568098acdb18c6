import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** By hand: java -cp out Try */
final class Try {
    public static void main(String[] args) throws Exception {
        Map<String, Object> examples = Json.object(Json.parse(Files.readString(Path.of("examples.json"))));
        Map<String, Object> policy = Json.object(examples.get("policy"));
        List<Key> keys = new ArrayList<>();
        for (Object item : (List<?>) policy.get("keys")) {
            Map<String, Object> key = Json.object(item);
            keys.add(new Key((String) key.get("kid"), (String) key.get("alg"), (String) key.get("key")));
        }
        Policy fixed = new Policy(keys, (String) policy.get("issuer"), (String) policy.get("audience"), (Long) policy.get("now"), (Long) policy.get("leeway"));
        for (Map.Entry<String, Object> token : Json.object(examples.get("tokens")).entrySet()) {
            System.out.println(token.getKey() + " " + Verify.verifyToken((String) token.getValue(), fixed));
        }
    }
}
