package gym.child;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns a decoded value into what a parameter, record component or callback result declares. */
final class Fit {
    /** The value has no form of the declared type. */
    static final class Misfit extends Exception {
        private static final long serialVersionUID = 1;

        Misfit(Object value, Type type) {
            super((value == null ? "null" : "a " + value.getClass().getSimpleName()) + " does not fit " + type.getTypeName());
        }
    }

    private Fit() {}

    static Object[] all(List<?> values, Type[] types) throws Misfit {
        Object[] result = new Object[types.length];
        for (int i = 0; i < types.length; i++) result[i] = to(values.get(i), types[i]);
        return result;
    }

    static Object to(Object value, Type type) throws Misfit {
        if (type instanceof WildcardType wildcard) return to(value, wildcard.getUpperBounds()[0]);
        if (type instanceof ParameterizedType generic) return generic(value, (Class<?>) generic.getRawType(), generic.getActualTypeArguments());
        if (!(type instanceof Class<?> wanted)) return value; // A type variable: anything will do.
        if (wanted == Optional.class) return Optional.ofNullable(value);
        if (value == null) return nothing(wanted);
        if (value instanceof Number number && isNumber(wanted)) return number(number, wanted);
        if (wanted.isInstance(value) || wanted == boolean.class && value instanceof Boolean) return value;
        if (value instanceof String text && text.length() == 1 && (wanted == char.class || wanted == Character.class)) return text.charAt(0);
        if (value instanceof String text && wanted.isEnum()) return constant(text, wanted);
        if (value instanceof Collection<?> parts && wanted.isArray()) return array(parts, wanted.getComponentType());
        if (value instanceof Collection<?> parts && wanted.isAssignableFrom(ArrayList.class)) return new ArrayList<>(parts);
        if (value instanceof Map<?, ?> map && wanted.isRecord()) return record(map, wanted);
        if (wanted.isInterface()) return proxy(value, wanted, List.of());
        throw new Misfit(value, type);
    }

    private static Object generic(Object value, Class<?> raw, Type[] parameters) throws Misfit {
        if (raw == Optional.class) return Optional.ofNullable(value == null ? null : to(value, parameters[0]));
        if (value == null) return null;
        if (value instanceof Collection<?> parts && Collection.class.isAssignableFrom(raw) || value instanceof Collection<?> && raw == Iterable.class) {
            Collection<Object> result = Set.class.isAssignableFrom(raw) ? new LinkedHashSet<>() : new ArrayList<>();
            for (Object part : (Collection<?>) value) result.add(to(part, parameters[0]));
            return result;
        }
        if (value instanceof Map<?, ?> map && raw.isAssignableFrom(LinkedHashMap.class)) {
            Map<Object, Object> result = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) result.put(to(entry.getKey(), parameters[0]), to(entry.getValue(), parameters[1]));
            return result;
        }
        return raw.isInterface() ? proxy(value, raw, Arrays.asList(parameters)) : to(value, raw);
    }

    private static Object nothing(Class<?> wanted) throws Misfit {
        if (wanted.isPrimitive()) throw new Misfit(null, wanted);
        return null;
    }

    private static boolean isNumber(Class<?> wanted) {
        return wanted.isPrimitive() && wanted != boolean.class && wanted != char.class || Number.class.isAssignableFrom(wanted);
    }

    private static Object number(Number value, Class<?> wanted) throws Misfit {
        boolean whole = !(value instanceof Double);
        if (wanted == double.class || wanted == Double.class) return value.doubleValue();
        if (wanted == float.class || wanted == Float.class) return value.floatValue();
        if (wanted == Number.class) return value;
        if (wanted == BigDecimal.class) return new BigDecimal(value.toString());
        if (!whole) throw new Misfit(value, wanted);
        BigInteger exact = new BigInteger(value.toString());
        if (wanted == BigInteger.class) return exact;
        try {
            if (wanted == int.class || wanted == Integer.class) return exact.intValueExact();
            if (wanted == short.class || wanted == Short.class) return exact.shortValueExact();
            if (wanted == byte.class || wanted == Byte.class) return exact.byteValueExact();
            return exact.longValueExact();
        } catch (ArithmeticException e) {
            throw new Misfit(value, wanted);
        }
    }

    private static Object constant(String name, Class<?> wanted) throws Misfit {
        for (Object constant : wanted.getEnumConstants()) {
            if (((Enum<?>) constant).name().equalsIgnoreCase(name)) return constant;
        }
        throw new Misfit(name, wanted);
    }

    private static Object array(Collection<?> parts, Class<?> component) throws Misfit {
        Object result = Array.newInstance(component, parts.size());
        int at = 0;
        for (Object part : parts) Array.set(result, at++, to(part, component));
        return result;
    }

    /** By the names of its components; one that the value lacks is null. */
    private static Object record(Map<?, ?> map, Class<?> wanted) throws Misfit {
        RecordComponent[] components = wanted.getRecordComponents();
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : components) values.add(map.get(component.getName()));
        Object[] fitted = all(values, Arrays.stream(components).map(RecordComponent::getGenericType).toArray(Type[]::new));
        try {
            Constructor<?> constructor = wanted.getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            Encoder.open(constructor);
            return constructor.newInstance(fitted);
        } catch (ReflectiveOperationException e) {
            throw new Misfit(map, wanted);
        }
    }

    /** A function of the suite's as any interface with one method; an object of functions as any interface. */
    private static Object proxy(Object value, Class<?> wanted, List<Type> parameters) throws Misfit {
        boolean fits = value instanceof Decoder.SuiteFunction || value instanceof Map<?, ?> map && map.values().stream().allMatch(Decoder.SuiteFunction.class::isInstance);
        if (!fits) throw new Misfit(value, wanted);
        ClassLoader loader = wanted.getClassLoader() == null ? Fit.class.getClassLoader() : wanted.getClassLoader();
        return Proxy.newProxyInstance(loader, new Class<?>[] {wanted}, handler(value, wanted, parameters));
    }

    private static InvocationHandler handler(Object value, Class<?> wanted, List<Type> parameters) {
        return (proxy, method, args) -> {
            if (method.getDeclaringClass() == Object.class) return ofObject(proxy, method, args);
            if (method.isDefault()) return InvocationHandler.invokeDefault(proxy, method, args);
            Object function = value instanceof Map<?, ?> map ? map.get(method.getName()) : value;
            if (function == null) throw new UnsupportedOperationException(method.getName());
            Type result = bound(method.getGenericReturnType(), wanted, parameters);
            return answer((Decoder.SuiteFunction) function, method, result, args == null ? List.of() : Arrays.asList(args));
        };
    }

    /** What a type variable stands for in, say, Function<String, Integer>; UnaryOperator has one for both. */
    private static Type bound(Type type, Class<?> wanted, List<Type> parameters) {
        if (!(type instanceof TypeVariable<?>) || parameters.isEmpty()) return type;
        int at = Arrays.asList(wanted.getTypeParameters()).indexOf(type);
        return at >= 0 ? parameters.get(at) : parameters.size() == 1 ? parameters.get(0) : type;
    }

    private static Object answer(Decoder.SuiteFunction function, Method method, Type wanted, List<?> args) throws Throwable {
        Object result;
        try {
            result = function.invoke(args);
        } catch (Throwable thrown) {
            boolean declared = Arrays.stream(method.getExceptionTypes()).anyMatch(type -> type.isInstance(thrown));
            throw declared || thrown instanceof RuntimeException || thrown instanceof Error ? thrown : new RuntimeException(thrown.getMessage(), thrown);
        }
        try {
            return method.getReturnType() == void.class ? null : to(result, wanted);
        } catch (Misfit e) {
            throw new IllegalStateException("the answer of " + method.getName() + ": " + e.getMessage());
        }
    }

    private static Object ofObject(Object proxy, Method method, Object[] args) {
        switch (method.getName()) {
            case "equals": return proxy == args[0];
            case "hashCode": return System.identityHashCode(proxy);
            default: return "a function of the tests";
        }
    }

    static boolean isShared(Method method) {
        return Modifier.isStatic(method.getModifiers()) && !Modifier.isPrivate(method.getModifiers());
    }
}
