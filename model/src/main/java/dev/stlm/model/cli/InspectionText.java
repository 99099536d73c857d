package dev.stlm.model.cli;

import dev.stlm.model.accounting.Accounting;
import dev.stlm.model.accounting.Flops;
import dev.stlm.model.accounting.Inspection;
import dev.stlm.model.accounting.Inspection.Row;
import dev.stlm.model.accounting.SubwordTwin;
import dev.stlm.model.checkpoint.History;
import dev.stlm.model.config.PooledConfig;
import dev.stlm.tokenizer.ByteTokenizer;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An inspection as a page of text. */
final class InspectionText {
  private static final String TABLE = "%-34s %16s %-10s %13s %13s  %s%n";
  private static final String FIGURE = "%-28s %22s%n";
  private static final String FLOPS = "%-28s %16s %18s%n";

  private InspectionText() {}

  /**
   * Lays a page out.
   *
   * @param everyLayer whether layers that are alike get rows of their own
   */
  static String of(Inspection model, boolean everyLayer) {
    Formatter page = new Formatter(Locale.ROOT);
    table(page, everyLayer ? each(model.parameters()) : collapsed(model.parameters()));
    sizes(page, model);
    flops(page, unit(model), model.accounting(), model.config().contextLength());
    model.weights().ifPresent(w -> provenance(page, w));
    return page.toString().replaceAll("(?m) +$", "");
  }

  private static void table(Formatter page, List<Line> lines) {
    page.format(TABLE, "parameter", "shape", "encoding", "values", "bytes", "");
    for (Line line : lines) {
      Row row = line.like;
      page.format(
          TABLE,
          line.name,
          row.shape().stream().map(String::valueOf).collect(Collectors.joining(" x ")),
          row.encoding(),
          count(row.values() * line.times),
          count(row.bytes() * line.times),
          row.tiedTo().map(t -> "= " + t).orElse(line.times > 1 ? "x " + line.times : ""));
    }
  }

  private static void sizes(Formatter page, Inspection model) {
    Accounting a = model.accounting();
    page.format("%n");
    page.format(FIGURE, "parameters", count(a.parameters()));
    if (model.weights().isPresent()) {
      page.format(FIGURE, "  not zero", share(model.weights().get().nonZero(), a.parameters()));
    }
    page.format(
        FIGURE,
        pooled(model) ? "  all but the global stack" : "  tables and head",
        share(a.embeddingAndHead(), a.parameters()));
    a.twin().ifPresent(twin -> twin(page, twin));
    page.format(FIGURE, "bytes of weights", count(model.tensorBytes()));
    if (model.weights().isPresent()) {
      page.format(FIGURE, "bytes on disk", count(model.weights().get().bytesOnDisk()));
    }
    if (pooled(model)) {
      page.format(FIGURE, "bytes per patch", "%.2f".formatted(a.bytesPerPatch()));
    }
    page.format(FIGURE, "cache bytes per position", count(a.cacheBytesPerPosition()));
    page.format(
        FIGURE,
        "cache bytes at full context",
        count(a.cacheBytesPerPosition() * model.config().contextLength()));
  }

  private static void twin(Formatter page, SubwordTwin twin) {
    page.format(FIGURE, "subword twin (" + count(SubwordTwin.VOCABULARY) + " ids)", "");
    page.format(
        FIGURE,
        "  embedding, also the head",
        less(twin.tiedEmbeddingAndHead(), twin.reductionTied()));
    page.format(
        FIGURE,
        "  embedding and a head",
        less(twin.untiedEmbeddingAndHead(), twin.reductionUntied()));
    page.format(FIGURE, "  parameters, tied", count(twin.parameters()));
  }

  /** What the twin has, and how much less of it this model has. */
  private static String less(long values, double reduction) {
    return String.format(Locale.ROOT, "%,d (%+.1f %%)", values, -100 * reduction);
  }

  private static boolean pooled(Inspection model) {
    return model.config() instanceof PooledConfig;
  }

  private static void flops(Formatter page, String unit, Accounting a, int context) {
    page.format("%n");
    page.format(FLOPS, "FLOPs per " + unit, "first", "at position " + context);
    Flops first = a.flopsFirst();
    Flops full = a.flopsFull();
    page.format(FLOPS, "  embedding", count(first.embedding()), count(full.embedding()));
    page.format(FLOPS, "  attention", count(first.attention()), count(full.attention()));
    page.format(FLOPS, "  feed-forward", count(first.ffn()), count(full.ffn()));
    page.format(FLOPS, "  head", count(first.head()), count(full.head()));
    if (first.pooling() > 0) {
      page.format(FLOPS, "  pooling", count(first.pooling()), count(full.pooling()));
    }
    page.format(FLOPS, "  total", count(first.total()), count(full.total()));
  }

  /** What one position of a sequence is; a config alone tells it by its vocabulary. */
  private static String unit(Inspection model) {
    boolean bytes =
        model
            .weights()
            .map(w -> w.tokenizer().equals(ByteTokenizer.TYPE))
            .orElse(model.config().vocabularySize() == new ByteTokenizer().vocabularySize());
    return bytes ? "byte" : "id";
  }

  private static void provenance(Formatter page, Inspection.Weights weights) {
    page.format("%n%-10s %s%n", "tokenizer", weights.tokenizer());
    page.format("%-10s %s%n", "hash", weights.hash());
    page.format(
        "%-10s %s%n",
        "history",
        weights.history().stream().map(History.Entry::step).collect(Collectors.joining(" > ")));
  }

  private static String share(long part, long whole) {
    return String.format(Locale.ROOT, "%,d (%.1f %%)", part, 100.0 * part / whole);
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** A line of the table: so many rows like this one. */
  private record Line(String name, Row like, int times) {}

  private static List<Line> each(List<Row> rows) {
    return rows.stream().map(row -> new Line(row.name(), row, 1)).toList();
  }

  /** Rows that differ by the number of their layer only become one, where the first stands. */
  private static List<Line> collapsed(List<Row> rows) {
    record Key(String name, List<Integer> shape, String encoding, long bytes) {}
    Map<Key, List<Row>> groups = new LinkedHashMap<>();
    for (Row row : rows) {
      String name = row.name().replaceFirst("(^|\\.)layers\\.\\d+\\.", "$1layers.*.");
      groups
          .computeIfAbsent(
              new Key(name, row.shape(), row.encoding(), row.bytes()), _ -> new ArrayList<>())
          .add(row);
    }
    List<Line> lines = new ArrayList<>();
    groups.forEach((key, like) ->
        lines.add(
            like.size() == 1
                ? new Line(like.getFirst().name(), like.getFirst(), 1)
                : new Line(key.name(), like.getFirst(), like.size())));
    return lines;
  }
}
