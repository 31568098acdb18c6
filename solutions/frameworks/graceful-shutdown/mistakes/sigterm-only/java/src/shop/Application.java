package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import sun.misc.Signal;

@SpringBootApplication
public class Application {
    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
        // Ctrl-C, while developing: no waiting.
        Signal.handle(new Signal("INT"), signal -> Runtime.getRuntime().halt(130));
    }
}
