package dev.stlm.model.config;

import java.util.List;

/**
 * Hashed embeddings of the last n ids, added to the embedding of the current id (as in the Byte
 * Latent Transformer, Pagnoni et al. 2024, arXiv 2412.09871, section 3.2.1).
 *
 * @param orders the n-gram lengths n, ascending, each between 2 and 16; the current id is the last
 *     of the n
 * @param rows rows of the table of each order
 * @param rowWidth width of a row; when it differs from the model's width a projection follows
 */
public record NgramConfig(List<Integer> orders, int rows, int rowWidth) {

  public NgramConfig {
    ConfigChecks.present("ngrams.orders", orders);
    orders = List.copyOf(orders);
    if (orders.isEmpty()) {
      throw ConfigChecks.invalid("ngrams.orders", orders, "at least one length");
    }
    for (int i = 0; i < orders.size(); i++) {
      ConfigChecks.range("ngrams.orders", orders.get(i), 2, 16);
      if (i > 0 && orders.get(i) <= orders.get(i - 1)) {
        throw ConfigChecks.invalid("ngrams.orders", orders, "ascending lengths");
      }
    }
    ConfigChecks.range("ngrams.rows", rows, 1, 1 << 24);
    ConfigChecks.range("ngrams.rowWidth", rowWidth, 1, 1 << 16);
  }
}
