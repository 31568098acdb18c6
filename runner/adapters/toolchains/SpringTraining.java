package gym.training;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** A Spring application that answers three requests and ends. The classes it loads go into the archive. */
@SpringBootApplication
public class SpringTraining {
    public static void main(String[] args) throws IOException {
        try (var context = SpringApplication.run(SpringTraining.class, "--server.port=0", "--server.address=127.0.0.1")) {
            String port = context.getEnvironment().getProperty("local.server.port");
            for (String body : new String[] {"{\"item\":\"tea\",\"quantity\":1}", "{\"item\":\"\",\"quantity\":0}", "{"}) send(port, body);
        }
    }

    private static void send(String port, String body) throws IOException {
        var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/orders").toURL().openConnection();
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        connection.getResponseCode();
        connection.disconnect();
    }

    public record Order(@NotBlank String item, @Min(1) int quantity) {}

    @RestController
    static class Orders {
        @PostMapping("/orders")
        Order create(@Valid @RequestBody Order order) {
            return order;
        }
    }
}
