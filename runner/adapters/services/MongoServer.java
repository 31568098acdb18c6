import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.backend.AbstractMongoCollection;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.backend.QueryMatcher;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.MongoDatabaseHandler;
import de.bwaldvogel.mongo.wire.MongoExceptionHandler;
import de.bwaldvogel.mongo.wire.MongoWireMessageEncoder;
import de.bwaldvogel.mongo.wire.MongoWireProtocolHandler;
import de.bwaldvogel.mongo.wire.MongoWireReplyEncoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.util.List;

/**
 * Serves MongoDB's wire protocol from memory on a unix socket, the program's one argument. The library knows no passwords, and
 * on a port of the loopback everybody there could speak to it.
 */
public class MongoServer {
    public static void main(String[] args) {
        var threads = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerDomainSocketChannel.class)
            .childHandler(new Conversation(new Backend(), new DefaultChannelGroup(threads.next())))
            .bind(UnixDomainSocketAddress.of(args[0]))
            .syncUninterruptibly();
        System.out.println("listening");
    }

    /** As the library does it for its ports. */
    static class Conversation extends ChannelInitializer<Channel> {
        private final MongoBackend backend;
        private final ChannelGroup channels;

        Conversation(MongoBackend backend, ChannelGroup channels) {
            this.backend = backend;
            this.channels = channels;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(
                new MongoWireReplyEncoder(),
                new MongoWireMessageEncoder(),
                new MongoWireProtocolHandler(),
                new MongoDatabaseHandler(backend, channels),
                new MongoExceptionHandler());
        }
    }

    static class Backend extends MemoryBackend {
        @Override
        public MemoryDatabase openOrCreateDatabase(String name) {
            return new Database(name, getCursorRegistry());
        }
    }

    static class Database extends MemoryDatabase {
        Database(String name, CursorRegistry cursors) {
            super(name, cursors);
        }

        @Override
        protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
            var collection = super.openOrCreateCollection(name, options);
            try {
                // The one place without a setter (1.47.0, which the pack pins).
                var field = AbstractMongoCollection.class.getDeclaredField("matcher");
                field.setAccessible(true);
                field.set(collection, new Matcher());
            } catch (ReflectiveOperationException problem) {
                throw new IllegalStateException(problem);
            }
            return collection;
        }
    }

    /** What `$` in an update stands for, also where the filter says it with `$elemMatch`: the server alone finds no position there. */
    static class Matcher implements QueryMatcher {
        private final QueryMatcher own = new DefaultQueryMatcher();

        @Override
        public boolean matches(Document document, Document query) {
            return own.matches(document, query);
        }

        @Override
        public boolean matchesValue(Object query, Object value) {
            return own.matchesValue(query, value);
        }

        @Override
        public Integer matchPosition(Document document, Document query) {
            var position = elementOf(document, query);
            return position == null ? own.matchPosition(document, query) : position;
        }

        private Integer elementOf(Document document, Document query) {
            for (var key : query.keySet()) {
                var found = key.equals("$and") ? elementOfAny(document, query.get(key)) : elementOf(document, key, query.get(key));
                if (found != null) return found;
            }
            return null;
        }

        private Integer elementOfAny(Document document, Object conditions) {
            for (var condition : (List<?>) conditions) {
                var found = elementOf(document, (Document) condition);
                if (found != null) return found;
            }
            return null;
        }

        private Integer elementOf(Document document, String path, Object condition) {
            if (!(condition instanceof Document operators) || !(operators.get("$elemMatch") instanceof Document wanted)) return null;
            return Utils.getSubdocumentValue(document, path) instanceof List<?> elements ? firstOf(elements, wanted) : null;
        }

        private Integer firstOf(List<?> elements, Document wanted) {
            for (var i = 0; i < elements.size(); i++) {
                var element = elements.get(i);
                if (element instanceof Document part ? own.matches(part, wanted) : own.matchesValue(wanted, element)) return i;
            }
            return null;
        }
    }
}
