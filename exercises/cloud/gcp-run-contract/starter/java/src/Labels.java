import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

public final class Labels {
    private static final String STORE = System.getenv().getOrDefault("STORE_URL", "http://localhost:9000");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> made = new ConcurrentHashMap<>();
    private final ExecutorService uploads = Executors.newSingleThreadExecutor();

    public void make(String parcel, String to) throws IOException {
        String label = "To: " + to + "\nParcel: " + parcel + "\n";
        made.put(parcel, label);
        Path file = Path.of("labels", parcel + ".txt");
        Files.createDirectories(file.getParent());
        Files.writeString(file, label);
        // Uploads take a while, so they happen when the customer has an answer.
        uploads.submit(() -> upload(parcel, file));
    }

    public String find(String parcel) {
        return made.get(parcel);
    }

    private void upload(String parcel, Path file) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(STORE + "/labels/" + parcel))
                .PUT(HttpRequest.BodyPublishers.ofFile(file)).build();
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status != 200) throw new IOException("the store answered " + status);
        } catch (IOException | InterruptedException e) {
            System.out.println("upload of " + parcel + " failed: " + e);
        }
    }
}
