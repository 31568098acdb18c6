import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

public class Main {
    public static void main(String[] args) throws IOException {
        String input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        Map<String, Object> request = Json.object(Json.parse(input));

        Map<String, String> answer = Map.of("greeting", "Hello, " + request.get("name"));

        System.out.println(Json.write(answer));
    }
}
