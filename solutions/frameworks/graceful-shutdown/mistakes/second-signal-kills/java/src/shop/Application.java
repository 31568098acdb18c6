package shop;

import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import sun.misc.Signal;

@SpringBootApplication
public class Application {
    private static final AtomicBoolean stopping = new AtomicBoolean();

    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
        for (String name : new String[] {"TERM", "INT"}) Signal.handle(new Signal(name), signal -> stop());
    }

    /** The first signal begins the shutdown, another one means that somebody has no more patience. */
    private static void stop() {
        if (stopping.getAndSet(true)) Runtime.getRuntime().halt(1);
        new Thread(() -> System.exit(0), "shutdown").start();
    }
}
