package gym.child;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs in the child: loads the learner's class and answers calls over fd 3 (in) and fd 4 (out), one JSON frame a line
 * (node-module.mjs is its sibling). stdout and stderr stay the learner's. Nothing here is trusted by the other side.
 */
public final class JavaModule {
    private static final int MAX_FRAME = 1024 * 1024;

    private final OutputStream out;
    private final Map<Long, BlockingQueue<Map<String, Object>>> awaiting = new ConcurrentHashMap<>();
    private final AtomicLong lastCallback = new AtomicLong();
    private final BlockingQueue<Map<String, Object>> jobs = new LinkedBlockingQueue<>();
    private final AtomicBoolean mainIsFree = new AtomicBoolean(true);
    private final List<Object> handles = new ArrayList<>();
    private Target target;

    private JavaModule(OutputStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        InputStream in = new FileInputStream(descriptor(3));
        JavaModule module = new JavaModule(new FileOutputStream(descriptor(4)));
        Thread reader = new Thread(() -> module.read(in), "calls");
        reader.setDaemon(true);
        reader.start();
        while (true) module.answer(module.jobs.take(), true);
    }

    /** Both are sockets, which cannot be opened again as /dev/fd/3; the JVM is started with java.io open for this. */
    private static FileDescriptor descriptor(int number) throws ReflectiveOperationException {
        Constructor<FileDescriptor> make = FileDescriptor.class.getDeclaredConstructor(int.class);
        make.setAccessible(true);
        return make.newInstance(number);
    }

    private void read(InputStream in) {
        try {
            Lines lines = new Lines(in);
            for (String line = lines.next(); line != null; line = lines.next()) receive(Wire.object(Wire.parse(line)));
        } catch (IOException e) {
            // As at the end: the other side is gone, and a child must never outlive the run it belongs to.
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private void receive(Map<String, Object> frame) {
        if ("answer".equals(frame.get("t"))) {
            BlockingQueue<Map<String, Object>> reply = awaiting.remove(frame.get("call"));
            if (reply != null) reply.add(frame);
            return;
        }
        // One call at a time runs on the main thread, as in a program; those that overlap get threads of their own.
        if (mainIsFree.compareAndSet(true, false)) {
            jobs.add(frame);
            return;
        }
        Thread extra = new Thread(() -> answer(frame, false), "call");
        extra.setDaemon(true);
        extra.start();
    }

    private void answer(Map<String, Object> frame, boolean onMain) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("t", "reply");
        reply.put("id", frame.get("id"));
        reply.putAll(outcome(frame));
        // What was printed during a call is out before its answer: a flood is then seen in time.
        System.out.flush();
        System.err.flush();
        if (onMain) mainIsFree.set(true);
        send(reply);
    }

    private Map<String, Object> outcome(Map<String, Object> frame) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("ok", false);
        try {
            Object args = frame.containsKey("args") ? new Decoder(this::call).decode(frame.get("args")) : List.of();
            Object value = Encoder.encode(act(frame, (List<?>) args));
            reply.put("ok", true);
            reply.put("value", value);
        } catch (Absent absent) {
            reply.put("absent", absent.getMessage());
            reply.put("what", absent.what);
        } catch (Throwable thrown) {
            reply.put("value", Encoder.encode(thrown));
        }
        return reply;
    }

    private Object act(Map<String, Object> frame, List<?> args) throws Throwable {
        String name = (String) frame.get("name");
        switch ((String) frame.get("t")) {
            case "load":
                target = Target.load((String) frame.get("path"));
                return null;
            case "call": return Target.awaited(target.call(name, args));
            case "create": return keep(Target.awaited(target.call(name, args)));
            case "construct": return keep(target.construct(name, args));
            case "method": return Target.awaited(Target.method(handle(frame), name, args));
            case "get": return Target.get(handle(frame), name);
            case "leftovers": return leftovers();
            default: return null;
        }
    }

    private synchronized long keep(Object value) {
        handles.add(value);
        return handles.size() - 1;
    }

    private synchronized Object handle(Map<String, Object> frame) {
        return handles.get(((Number) frame.get("handle")).intValue());
    }

    /** Threads that would keep the program from ending. */
    private static List<String> leftovers() {
        List<String> left = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            boolean ours = thread == Thread.currentThread() || thread.getName().equals("main") || thread.getName().equals("DestroyJavaVM");
            if (!thread.isDaemon() && !ours) left.add("thread " + thread.getName());
        }
        return left;
    }

    /** A function of the suite's: calling it waits for the suite's answer. */
    private Object call(long function, List<?> args) throws Throwable {
        long call = lastCallback.incrementAndGet();
        BlockingQueue<Map<String, Object>> reply = new LinkedBlockingQueue<>();
        awaiting.put(call, reply);
        Map<String, Object> frame = new LinkedHashMap<>();
        frame.put("t", "callback");
        frame.put("call", call);
        frame.put("fn", function);
        frame.put("value", Encoder.encode(args));
        send(frame);
        Map<String, Object> answer = reply.take();
        Object value = new Decoder(this::call).decode(answer.get("value"));
        if (Boolean.TRUE.equals(answer.get("ok"))) return value;
        throw value instanceof Throwable ? (Throwable) value : new RuntimeException(String.valueOf(value));
    }

    private void send(Map<String, Object> frame) {
        byte[] line = (Wire.write(frame) + "\n").getBytes(StandardCharsets.UTF_8);
        if (line.length > MAX_FRAME && frame.containsKey("value")) {
            frame.put("value", Encoder.opaque("value larger than 1 MB"));
            line = (Wire.write(frame) + "\n").getBytes(StandardCharsets.UTF_8);
        }
        synchronized (out) {
            try {
                out.write(line);
            } catch (IOException e) {
                Runtime.getRuntime().halt(97);
            }
        }
    }
}
