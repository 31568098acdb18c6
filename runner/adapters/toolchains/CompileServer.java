import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * javac that stays warm. A request is one line of fields between tabs: id, folder the paths are told relative to,
 * class path, output folder, source files. The answer is one line: id, then nothing or the first errors, kept apart by a record separator (U+001E). Annotation
 * processors are off, so that nothing of what is compiled is ever run here.
 */
public class CompileServer {
    private static final int MOST_TOLD = 5;
    private static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        var workers = Executors.newFixedThreadPool(2);
        var requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            var fields = line.split("\t");
            workers.submit(() -> answer(fields[0], problemOf(fields)));
        }
        System.exit(0); // The runner has ended.
    }

    private static void answer(String id, String problem) {
        synchronized (out) {
            out.println(id + "\t" + problem.replace('\n', ' '));
        }
    }

    private static String problemOf(String[] fields) {
        try {
            return compile(Path.of(fields[1]), fields[2], fields[3], Arrays.asList(fields).subList(4, fields.length));
        } catch (Throwable error) { // A program that overflows the compiler's stack is no fault of the server.
            return "the compiler gave up: " + error;
        }
    }

    private static String compile(Path folder, String classPath, String target, List<String> files) throws Exception {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var found = new DiagnosticCollector<JavaFileObject>();
        try (var manager = compiler.getStandardFileManager(found, Locale.ENGLISH, StandardCharsets.UTF_8)) {
            var options = List.of("-encoding", "UTF-8", "-nowarn", "-proc:none", "-parameters", "-cp", classPath, "-d", target);
            var task = compiler.getTask(null, manager, found, options, null, manager.getJavaFileObjectsFromStrings(files));
            if (task.call()) return "";
        }
        var errors = found.getDiagnostics().stream().filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
            .map(d -> told(folder, d)).toList();
        if (errors.isEmpty()) return "the compiler gave no reason";
        var first = String.join("\u001e", errors.subList(0, Math.min(MOST_TOLD, errors.size())));
        return errors.size() <= MOST_TOLD ? first : first + "\u001eand " + (errors.size() - MOST_TOLD) + " more";
    }

    private static String told(Path folder, Diagnostic<? extends JavaFileObject> problem) {
        var message = problem.getMessage(Locale.ENGLISH).lines().findFirst().orElse("");
        var source = problem.getSource();
        if (source == null) return "error: " + message;
        return folder.relativize(Path.of(source.toUri())) + ":" + problem.getLineNumber() + ": error: " + message;
    }
}
