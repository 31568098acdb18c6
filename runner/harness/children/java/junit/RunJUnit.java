import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Compiles src/ and tests/ of each folder among the arguments and runs the tests, each folder in a class loader of
 * its own. Judged, it writes the report named by GYM_REPORT (mutants.ts); by hand, it says what came of each test.
 * With --build it stops after compiling, and with --built it runs what that left: only the second runs a learner's code.
 */
public class RunJUnit {
    record Outcome(String name, String file, boolean passed, boolean byAssertion, String message) {}

    record Report(List<Outcome> tests, String loadError) {}

    private static final int MAX_MESSAGE = 300;

    private static final LauncherConfig CONFIG = LauncherConfig.builder()
            .enableTestEngineAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .addTestEngines(new JupiterTestEngine())
            .build();

    public static void main(String[] arguments) throws IOException {
        String path = System.getenv("GYM_REPORT");
        List<String> words = List.of(arguments);
        List<String> named = words.stream().filter(word -> !word.startsWith("--")).toList();
        Map<String, Report> reports = new LinkedHashMap<>();
        for (String folder : named.isEmpty() ? List.of(".") : named) {
            Path classes = path == null ? Files.createTempDirectory("classes") : Path.of(folder, "classes");
            reports.put(folder, reportOf(words, Path.of(folder), classes));
        }
        if (path == null) {
            System.exit(reports.values().stream().allMatch(RunJUnit::tell) ? 0 : 1);
        }
        Files.writeString(Path.of(path), json(reports));
        Runtime.getRuntime().halt(0); // Threads and hooks that a test left behind end here.
    }

    private static Report reportOf(List<String> words, Path folder, Path classes) throws IOException {
        if (words.contains("--built")) {
            return run(classes);
        }
        // What a learner hands in under this name is no class that was compiled here.
        if (Files.exists(classes)) {
            remove(classes);
        }
        Files.createDirectories(classes);
        return words.contains("--build") ? new Report(List.of(), compile(folder, classes)) : runIn(folder, classes);
    }

    private static Report runIn(Path folder, Path classes) throws IOException {
        try {
            String problem = compile(folder, classes);
            return problem == null ? run(classes) : new Report(List.of(), problem);
        } finally {
            remove(classes);
        }
    }

    private static String compile(Path folder, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<Path> sources = new ArrayList<>(sourcesIn(folder.resolve("src")));
        sources.addAll(sourcesIn(folder.resolve("tests")));
        List<String> options = List.of(
                "-encoding", "UTF-8", "-nowarn", "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
        try (var files = compiler.getStandardFileManager(diagnostics, Locale.ENGLISH, StandardCharsets.UTF_8)) {
            var task = compiler.getTask(null, files, diagnostics, options, null, files.getJavaFileObjectsFromPaths(sources));
            if (task.call()) {
                return null;
            }
        }
        return diagnostics.getDiagnostics().stream()
                .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
                .findFirst()
                .map(d -> "does not compile: " + at(folder, d) + oneLine(d.getMessage(Locale.ENGLISH)))
                .orElse("does not compile");
    }

    private static String at(Path folder, Diagnostic<? extends JavaFileObject> diagnostic) {
        if (diagnostic.getSource() == null) {
            return "";
        }
        Path file = Path.of(diagnostic.getSource().toUri());
        return folder.toAbsolutePath().normalize().relativize(file) + " line " + diagnostic.getLineNumber() + ": ";
    }

    private static List<Path> sourcesIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(p -> p.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static Report run(Path classes) throws IOException {
        Recorder recorder = new Recorder();
        try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, RunJUnit.class.getClassLoader())) {
            // A learner's `assert` statement counts as an assertion.
            loader.setDefaultAssertionStatus(true);
            Thread.currentThread().setContextClassLoader(loader);
            Launcher launcher = LauncherFactory.create(CONFIG);
            var request = LauncherDiscoveryRequestBuilder.request()
                    .enableImplicitConfigurationParameters(false)
                    .selectors(DiscoverySelectors.selectClasspathRoots(Set.of(classes)))
                    .build();
            launcher.execute(request, recorder);
        } catch (RuntimeException | LinkageError error) {
            return new Report(recorder.tests, describe(error));
        } finally {
            Thread.currentThread().setContextClassLoader(RunJUnit.class.getClassLoader());
        }
        return new Report(recorder.tests, recorder.problem);
    }

    private static class Recorder implements TestExecutionListener {
        final List<Outcome> tests = new ArrayList<>();
        String problem;

        @Override
        public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
            Throwable thrown = result.getThrowable().orElse(null);
            switch (result.getStatus()) {
                case SUCCESSFUL -> {
                    if (identifier.isTest()) {
                        tests.add(new Outcome(nameOf(identifier), fileOf(identifier), true, false, ""));
                    }
                }
                case FAILED -> {
                    if (identifier.isTest()) {
                        tests.add(new Outcome(nameOf(identifier), fileOf(identifier), false, isAssertion(thrown), describe(thrown)));
                    } else if (problem == null) {
                        problem = identifier.getDisplayName() + ": " + describe(thrown);
                    }
                }
                default -> {} // An assumption did not hold: it says nothing.
            }
        }
    }

    private static String nameOf(TestIdentifier identifier) {
        if (!(identifier.getSource().orElse(null) instanceof MethodSource source)) {
            return identifier.getDisplayName();
        }
        String name = source.getClassName().replace('$', '.') + "." + source.getMethodName();
        String last = identifier.getUniqueIdObject().getLastSegment().getType();
        return last.equals("method") ? name : name + " " + identifier.getDisplayName();
    }

    private static String fileOf(TestIdentifier identifier) {
        return identifier.getSource().orElse(null) instanceof MethodSource source
                ? source.getClassName().replaceFirst("\\$.*", "") + ".java"
                : "";
    }

    /** assertAll throws one error for several; a crash among them does not undo an assertion that failed. */
    private static boolean isAssertion(Throwable thrown) {
        if (thrown instanceof org.opentest4j.MultipleFailuresError several) {
            return several.getFailures().stream().anyMatch(RunJUnit::isAssertion);
        }
        return thrown instanceof AssertionError;
    }

    private static String describe(Throwable thrown) {
        if (thrown == null) {
            return "";
        }
        String message = oneLine(String.valueOf(thrown.getMessage()));
        return thrown instanceof AssertionError ? message : thrown.getClass().getSimpleName() + ": " + message;
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= MAX_MESSAGE ? line : line.substring(0, MAX_MESSAGE);
    }

    private static boolean tell(Report report) {
        if (report.loadError() != null) {
            System.out.println("  " + report.loadError());
        }
        for (Outcome test : report.tests()) {
            System.out.println(test.passed() ? "  pass  " + test.name() : "  FAIL  " + test.name() + "   " + test.message());
        }
        long failed = report.tests().stream().filter(test -> !test.passed()).count();
        System.out.println("\n  " + report.tests().size() + " tests, " + failed + " failed");
        return failed == 0 && report.loadError() == null && !report.tests().isEmpty();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static String json(Map<String, Report> reports) {
        var entries = reports.entrySet().stream().map(e -> quoted(e.getKey()) + ":" + json(e.getValue()));
        return "{" + String.join(",", entries.toList()) + "}";
    }

    private static String json(Report report) {
        var tests = report.tests().stream().map(test -> "{\"name\":" + quoted(test.name())
                + ",\"file\":" + quoted(test.file())
                + ",\"status\":" + (test.passed() ? "\"passed\"" : "\"failed\"")
                + ",\"byAssertion\":" + test.byAssertion()
                + ",\"message\":" + quoted(test.message()) + "}");
        String error = report.loadError() == null ? "null" : quoted(report.loadError());
        return "{\"tests\":[" + String.join(",", tests.toList()) + "],\"loadError\":" + error + "}";
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
