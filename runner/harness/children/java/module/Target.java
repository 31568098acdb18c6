package gym.child;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** The learner's class, and what a call by name means in Java. */
final class Target {
    private final Class<?> type;

    private Target(Class<?> type) {
        this.type = type;
    }

    static Target load(String name) throws Throwable {
        try {
            return new Target(Class.forName(name));
        } catch (ClassNotFoundException e) {
            throw new Absent("export", "There is no class \"" + name + "\".");
        } catch (ExceptionInInitializerError e) {
            throw e.getCause();
        }
    }

    Object call(String name, List<?> args) throws Throwable {
        List<Method> named = Arrays.stream(type.getDeclaredMethods()).filter(m -> m.getName().equals(name) && Fit.isShared(m) && !m.isBridge()).toList();
        if (named.isEmpty()) throw new Absent("export", "The class " + type.getName() + " has no public static method \"" + name + "\".");
        return invoke(named, null, args, name, "export");
    }

    Object construct(String name, List<?> args) throws Throwable {
        Class<?> made;
        try {
            made = Class.forName(name, true, type.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new Absent("export", "There is no class \"" + name + "\".");
        }
        return invoke(Arrays.asList(made.getDeclaredConstructors()), null, args, "new " + name, "export");
    }

    static Object method(Object target, String name, List<?> args) throws Throwable {
        List<Method> named = methods(target).stream().filter(m -> m.getName().equals(name)).toList();
        if (named.isEmpty()) throw new Absent("method", "There is no method \"" + name + "\".");
        return invoke(named, target, args, name, "method");
    }

    /** A getter (`total()`, `getTotal()`, `isTotal()`) or a field. */
    static Object get(Object target, String name) throws Throwable {
        String capital = name.substring(0, 1).toUpperCase() + name.substring(1);
        for (String getter : List.of(name, "get" + capital, "is" + capital)) {
            for (Method method : methods(target)) {
                if (method.getName().equals(getter) && method.getParameterCount() == 0) return awaited(invoke(List.of(method), target, List.of(), getter, "method"));
            }
        }
        try {
            Field field = target.getClass().getDeclaredField(name);
            if (Modifier.isPrivate(field.getModifiers())) return null;
            Encoder.open(field);
            return field.get(target);
        } catch (NoSuchFieldException e) {
            return null;
        }
    }

    /** Public methods, and those of its own class that are not private. */
    private static Set<Method> methods(Object target) {
        if (target == null) return Set.of();
        Set<Method> methods = new LinkedHashSet<>();
        for (Method method : target.getClass().getDeclaredMethods()) {
            if (!Modifier.isPrivate(method.getModifiers()) && !method.isBridge()) methods.add(method);
        }
        methods.addAll(Arrays.asList(target.getClass().getMethods()));
        return methods;
    }

    /** The first of those with one name that takes the arguments; arguments beyond its parameters are left out. */
    private static Object invoke(List<? extends Executable> candidates, Object target, List<?> args, String name, String what) throws Throwable {
        List<String> misfits = new ArrayList<>();
        for (Executable candidate : byFit(candidates, args.size())) {
            Object[] fitted;
            try {
                fitted = Fit.all(args, candidate.getGenericParameterTypes());
            } catch (Fit.Misfit e) {
                misfits.add(signature(candidate) + ": " + e.getMessage());
                continue;
            }
            return run(candidate, target, fitted);
        }
        if (misfits.isEmpty()) misfits.add("it takes " + candidates.stream().map(Target::signature).collect(Collectors.joining(" or ")));
        throw new Absent(what, "\"" + name + "\" cannot be called with " + args.size() + (args.size() == 1 ? " argument" : " arguments") + " as these: " + String.join("; ", misfits) + ".");
    }

    private static List<Executable> byFit(List<? extends Executable> candidates, int count) {
        List<Executable> fitting = new ArrayList<>();
        for (Executable e : candidates) {
            if (e.getParameterCount() <= count) fitting.add(e);
        }
        fitting.sort((a, b) -> b.getParameterCount() - a.getParameterCount());
        return fitting;
    }

    private static Object run(Executable executable, Object target, Object[] args) throws Throwable {
        Encoder.open(executable);
        try {
            if (executable instanceof Constructor<?> constructor) return constructor.newInstance(args);
            return ((Method) executable).invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String signature(Executable executable) {
        return "(" + Arrays.stream(executable.getParameterTypes()).map(Class::getSimpleName).collect(Collectors.joining(", ")) + ")";
    }

    static Object awaited(Object value) throws Throwable {
        try {
            if (value instanceof CompletionStage<?> stage) return stage.toCompletableFuture().get();
            return value instanceof Future<?> future ? future.get() : value;
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }
}
