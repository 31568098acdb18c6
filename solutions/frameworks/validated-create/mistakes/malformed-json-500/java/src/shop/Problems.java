package shop;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;

/** Every refusal is an application/problem+json; the base class sees to those of Spring itself. */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {
    record Fault(String pointer, String detail) {}

    /** The body is an object of the right types and breaks rules: all of them are told. */
    @Override
    protected ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException ex, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        List<Fault> faults = ex.getFieldErrors().stream()
                .map(error -> new Fault(pointerOf(error.getField()), error.getDefaultMessage()))
                .toList();
        return invalid(ex, faults, headers, request);
    }

    /** Either the body is no JSON (400), or Jackson met a value that fits no member (422) and stopped there. */
    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException ex, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (ex.getCause() instanceof DatabindException cause) {
            Fault fault = new Fault(pointerOf(cause.getPath()), "is unknown or has the wrong type");
            return invalid(ex, List.of(fault), headers, request);
        }
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR, "The order could not be read.");
        return handleExceptionInternal(ex, problem, headers, HttpStatus.INTERNAL_SERVER_ERROR, request);
    }

    private ResponseEntity<Object> invalid(Exception ex, List<Fault> faults, HttpHeaders headers, WebRequest request) {
        HttpStatus status = HttpStatus.UNPROCESSABLE_CONTENT;
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, "The order breaks rules; see errors.");
        problem.setProperty("errors", faults);
        return handleExceptionInternal(ex, problem, headers, status, request);
    }

    /** {@code lines[1].quantity} → {@code /lines/1/quantity} */
    private static String pointerOf(String field) {
        return "/" + field.replace("[", "/").replace("]", "").replace('.', '/');
    }

    private static String pointerOf(List<JacksonException.Reference> path) {
        return path.stream()
                .map(step -> step.getPropertyName() == null ? String.valueOf(step.getIndex()) : escaped(step.getPropertyName()))
                .map(step -> "/" + step)
                .collect(Collectors.joining());
    }

    /** RFC 6901, section 3. */
    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
