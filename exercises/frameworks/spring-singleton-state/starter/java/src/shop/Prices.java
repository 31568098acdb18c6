package shop;

import java.util.List;

interface Prices {
    /** One price for each sku, in the same order. */
    List<Price> of(List<String> skus);
}
