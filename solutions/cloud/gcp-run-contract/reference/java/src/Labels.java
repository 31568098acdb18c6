import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

public final class Labels {
    private static final String STORE = System.getenv().getOrDefault("STORE_URL", "http://localhost:9000");

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Returns when the store has the label: after the answer an instance may get no more CPU. */
    public void make(String parcel, String to) throws IOException {
        String label = "To: " + to + "\nParcel: " + parcel + "\n";
        HttpResponse<String> response = ask(request(parcel).PUT(HttpRequest.BodyPublishers.ofString(label)));
        if (response.statusCode() / 100 != 2) throw new IOException("the store answered " + response.statusCode());
    }

    /** Asks the store, for another instance may have made it; null where it has none. */
    public String find(String parcel) throws IOException {
        HttpResponse<String> response = ask(request(parcel));
        if (response.statusCode() == 404) return null;
        if (response.statusCode() != 200) throw new IOException("the store answered " + response.statusCode());
        return response.body();
    }

    private static HttpRequest.Builder request(String parcel) {
        return HttpRequest.newBuilder(URI.create(STORE + "/labels/" + parcel));
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
