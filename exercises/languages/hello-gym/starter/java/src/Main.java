import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

public class Main {
    public static void main(String[] args) throws IOException {
        String input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        Map<String, Object> request = Json.object(Json.parse(input));

        // One line is not right yet. request.get("name") holds the name that came in.
        Map<String, String> answer = Map.of("greeting", "Hello, world");

        System.out.println(Json.write(answer));
    }
}
