package shop;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** What the client sends. Wrapper types, so that a missing member reaches the validator as null. */
public record NewOrder(
        @NotBlank @Size(max = 60) String customer,
        @NotNull @Valid Address shipTo,
        @NotNull @Size(min = 1, max = 20) List<@NotNull @Valid Line> lines,
        @NotNull Boolean gift) {

    public record Address(
            @NotBlank @Size(max = 60) String street,
            @NotBlank @Size(max = 60) String city) {}

    public record Line(
            @NotBlank @Size(max = 60) String sku,
            @NotNull @Min(1) @Max(99) Integer quantity) {}
}
