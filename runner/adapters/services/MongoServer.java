import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

/** Serves MongoDB's wire protocol from memory on a free port of the loopback, and says which. */
public class MongoServer {
    public static void main(String[] args) {
        var server = new de.bwaldvogel.mongo.MongoServer(new MemoryBackend());
        server.bind("127.0.0.1", 0);
        System.out.println("listening on " + server.getLocalAddress().getPort());
    }
}
