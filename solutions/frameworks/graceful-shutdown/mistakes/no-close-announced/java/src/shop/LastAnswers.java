package shop;

import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/** Tells clients not to use a connection again that is about to be closed. Asked when an answer is written. */
@RestControllerAdvice
class LastAnswers implements ResponseBodyAdvice<Object> {
    private final ApplicationAvailability availability;

    LastAnswers(ApplicationAvailability availability) {
        this.availability = availability;
    }

    @Override
    public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public Object beforeBodyWrite(Object body, MethodParameter returnType, MediaType type,
            Class<? extends HttpMessageConverter<?>> converter, ServerHttpRequest request, ServerHttpResponse response) {
        return body;
    }
}
