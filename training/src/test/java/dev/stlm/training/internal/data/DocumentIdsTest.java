package dev.stlm.training.internal.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.tokenizer.ByteTokenizer;
import dev.stlm.tokenizer.Tokenizer;
import dev.stlm.tokenizer.Tokenizers;
import dev.stlm.training.data.Shard;
import dev.stlm.training.data.ShardWriter;
import dev.stlm.training.internal.torch.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of shards as ids, joined and within windows. */
class DocumentIdsTest {
  private static final int END = ByteTokenizer.END_OF_TEXT;

  @Property(tries = 60)
  void anyPartOfJoinedShardsIsTheDocumentsEachEndedByEndOfText(
      @ForAll @Size(min = 1, max = 4) List<@Size(max = 5) List<@Size(max = 9) byte[]>> shards,
      @ForAll @IntRange(max = 40) int from,
      @ForAll @IntRange(max = 40) int count)
      throws IOException {
    List<IdSource> sources = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    List<Long> starts = new ArrayList<>();
    Path dir = temporary();
    for (List<byte[]> documents : shards) {
      sources.add(new ShardIds(shard(dir, documents), END));
      for (byte[] document : documents) {
        starts.add((long) expected.size());
        for (byte b : document) {
          expected.add(b & 0xFF);
        }
        expected.add(END);
      }
    }
    IdSource joined = new JoinedIds(sources);
    assertThat(joined.length()).isEqualTo(expected.size());
    assertThat(joined.documents()).isEqualTo(starts.size());
    for (int d = 0; d < starts.size(); d++) {
      assertThat(joined.documentStart(d)).isEqualTo(starts.get(d));
    }
    int start = Math.min(from, expected.size());
    int n = Math.min(count, expected.size() - start);
    int[] read = new int[n];
    joined.read(start, read, 0, n);
    assertThat(read)
        .containsExactly(expected.subList(start, start + n).stream().mapToInt(i -> i).toArray());
  }

  @Property(tries = 60)
  void windowsWithinDocumentsReadEveryIdOnceAndNeverTwoDocuments(
      @ForAll @Size(min = 1, max = 8) List<@Size(max = 30) byte[]> documents,
      @ForAll @IntRange(min = 1, max = 12) int length,
      @ForAll long seed)
      throws IOException {
    Shard shard = shard(temporary(), documents);
    DocumentWindows windows = new DocumentWindows(new ShardIds(shard, END), length, END, seed);
    for (int epoch = 0; epoch < 2; epoch++) {
      List<String> read = new ArrayList<>();
      for (long w = 0; w < windows.perEpoch(); w++) {
        int[] inputs = new int[length];
        int[] targets = new int[length];
        windows.fill(epoch * windows.perEpoch() + w, inputs, targets, 0);
        int filled = (int) Arrays.stream(targets).filter(t -> t != Batch.IGNORED).count();
        assertThat(filled).isPositive();
        assertThat(Arrays.stream(targets, filled, length)).allMatch(t -> t == Batch.IGNORED);
        assertThat(inputs[0]).isEqualTo(END);
        assertThat(Arrays.copyOfRange(inputs, 1, Math.min(length, filled + 1)))
            .isEqualTo(Arrays.copyOf(targets, Math.min(length, filled + 1) - 1));
        // the end of a document is the end of its window
        assertThat(Arrays.stream(targets, 0, filled - 1)).noneMatch(t -> t == END);
        read.add(Arrays.toString(Arrays.copyOf(targets, filled)));
      }
      assertThat(read).containsExactlyInAnyOrderElementsOf(cut(documents, length));
    }
  }

  @Test
  void otherTokenizersEncodeDocumentByDocument(@TempDir Path dir) throws IOException {
    Tokenizer gpt2 = Tokenizers.create("gpt2", Map.of());
    byte[] one = "The whale swims.".getBytes(UTF_8);
    byte[] two = "A second text".getBytes(UTF_8);
    IdSource ids = new EncodedShard(shard(dir, List.of(one, two)), gpt2);
    int[] all = new int[(int) ids.length()];
    ids.read(0, all, 0, all.length);
    int[] first = gpt2.encode(one);
    assertThat(Arrays.copyOf(all, first.length)).isEqualTo(first);
    assertThat(all[first.length]).isEqualTo(gpt2.endOfText());
    assertThat(ids.documents()).isEqualTo(2);
    assertThat(ids.documentStart(1)).isEqualTo(first.length + 1);
    assertThat(Arrays.copyOfRange(all, first.length + 1, all.length - 1))
        .isEqualTo(gpt2.encode(two));
    assertThat(ids.bytesPerId()).isEqualTo(29.0 / all.length);
  }

  @Property(tries = 20)
  void eachPartOfAMixtureHasItsShareAndIsReadInOrder(
      @ForAll @Size(min = 2, max = 5) List<@IntRange(min = 1, max = 100) Integer> weights,
      @ForAll long seed) {
    double[] shares = weights.stream().mapToDouble(w -> w).toArray();
    List<WindowOrder> orders = new ArrayList<>();
    IntStream.range(0, shares.length).forEach(i -> orders.add(new Numbers(i)));
    MixedWindows mixed = new MixedWindows(orders, shares, seed);
    double sum = Arrays.stream(shares).sum();
    for (int i = 0; i < shares.length; i++) {
      assertThat(mixed.perCycle()[i] / (double) MixedWindows.CYCLE)
          .isBetween(shares[i] / sum - 1e-4, shares[i] / sum + 1e-4);
    }
    Map<Integer, Integer> next = new HashMap<>();
    for (long w = 0; w < MixedWindows.CYCLE + 1000; w++) {
      int[] window = new int[1];
      mixed.fill(w, window, new int[1], 0);
      int owner = window[0] / Numbers.MANY;
      assertThat(window[0] % Numbers.MANY).isEqualTo(next.getOrDefault(owner, 0));
      next.merge(owner, 1, Integer::sum);
    }
  }

  @Test
  void aWindowOfAMixtureDoesNotDependOnWhatWasAskedBefore() {
    List<WindowOrder> orders = List.of(new Numbers(0), new Numbers(1));
    MixedWindows one = new MixedWindows(orders, new double[] {1, 3}, 5);
    MixedWindows other = new MixedWindows(orders, new double[] {1, 3}, 5);
    int[] a = new int[1];
    int[] b = new int[1];
    for (long w : new long[] {200_000, 3, 70_000, 0, 65_536, 65_535}) {
      one.fill(w, a, new int[1], 0);
    }
    one.fill(66_000, a, new int[1], 0);
    other.fill(66_000, b, new int[1], 0);
    assertThat(a).isEqualTo(b);
  }

  @Test
  void aTextShorterThanAWindowIsMeasuredInOneThatIsNotFull(@TempDir Path dir) throws IOException {
    IdSource ids = new ShardIds(shard(dir, List.of("abc".getBytes(UTF_8))), END);
    List<Batch> batches = FixedWindows.of(ids, 6, END, 96, 4);
    assertThat(batches).hasSize(1);
    assertThat(batches.getFirst().targets())
        .containsExactly('a', 'b', 'c', END, Batch.IGNORED, Batch.IGNORED);
  }

  /** Window w of order i is the id i · MANY + w. */
  private record Numbers(int order) implements WindowOrder {
    static final int MANY = 1_000_000;

    @Override
    public int length() {
      return 1;
    }

    @Override
    public double bytesPerWindow() {
      return 1;
    }

    @Override
    public void fill(long window, int[] inputs, int[] targets, int at) {
      inputs[at] = order * MANY + (int) window;
    }
  }

  private static List<String> cut(List<byte[]> documents, int length) {
    List<String> windows = new ArrayList<>();
    for (byte[] document : documents) {
      int[] ids = new int[document.length + 1];
      for (int i = 0; i < document.length; i++) {
        ids[i] = document[i] & 0xFF;
      }
      ids[document.length] = END;
      for (int from = 0; from < ids.length; from += length) {
        windows.add(
            Arrays.toString(Arrays.copyOfRange(ids, from, Math.min(ids.length, from + length))));
      }
    }
    return windows;
  }

  /** A directory that goes when the tests are over: properties have no directory of their own. */
  private static Path temporary() throws IOException {
    Path directory = Files.createTempDirectory("shards");
    directory.toFile().deleteOnExit();
    return directory;
  }

  private static Shard shard(Path dir, List<byte[]> documents) throws IOException {
    Path file = Files.createTempFile(dir, "shard", ".shard");
    file.toFile().deleteOnExit();
    ShardWriter.write(
        file,
        writer -> {
          for (byte[] document : documents) {
            writer.add(document);
          }
        });
    return Shard.open(file);
  }
}
