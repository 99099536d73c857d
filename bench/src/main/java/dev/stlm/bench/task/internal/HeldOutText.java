package dev.stlm.bench.task.internal;

import dev.stlm.bench.stats.Aggregation;
import dev.stlm.bench.stats.Observation;
import dev.stlm.bench.task.Answer;
import dev.stlm.bench.task.EvalRequest;
import dev.stlm.bench.task.EvalTask;
import dev.stlm.bench.task.Metric;
import dev.stlm.bench.task.TaskSettings;
import dev.stlm.model.storage.Sha256;
import dev.stlm.tokenizer.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Bits a byte on a text of the user's.
 *
 * <p>The text is cut into a first block of 512 bytes and further ones of 256, or a little less so
 * that no character is cut. Each is scored after up to 1792 bytes before it, of which a model sees
 * what fits: a byte model of context 512 predicts every byte after the first from at least 256, as
 * {@link dev.stlm.model.score.BitsPerByte} does. Blocks make a run resumable and give the figure a
 * standard error.
 */
final class HeldOutText implements EvalTask {
  private static final int FIRST_BYTES = 512;
  private static final int BLOCK_BYTES = 256;
  private static final int CONTEXT_BYTES = 1792;
  private static final Metric METRIC =
      new Metric("bits_per_byte", Aggregation.BLOCK_BITS_PER_BYTE, false);

  @Override
  public String name() {
    return "bits_per_byte";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public String description() {
    return "bits a byte on the held-out text given by --text; lower is better";
  }

  @Override
  public List<Metric> metrics() {
    return List.of(METRIC);
  }

  @Override
  public Prepared prepare(TaskSettings settings) {
    Path file =
        settings
            .text()
            .orElseThrow(() ->
                new InvalidInputException(
                    "bits_per_byte: no held-out text; give a UTF-8 file by --text FILE"));
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (bytes.length == 0) {
      throw new InvalidInputException(file + ": the text is empty; give one with at least a byte");
    }
    List<Document> blocks = new ArrayList<>();
    for (int start = 0; start < bytes.length; ) {
      int end = characterStart(bytes, start + (start == 0 ? FIRST_BYTES : BLOCK_BYTES));
      String context = decode(bytes, characterStart(bytes, start - CONTEXT_BYTES), start, file);
      blocks.add(block(context, decode(bytes, start, end, file), end - start));
      start = end;
    }
    return new Prepared(blocks.subList(0, settings.documents(blocks.size())), Sha256.hex(bytes), 0);
  }

  private static Document block(String context, String text, int byteCount) {
    return new Document(
        List.of(new EvalRequest.Rolling(context, text)),
        answers -> mark(answers.getFirst(), byteCount));
  }

  private static Map<Metric, Observation> mark(Answer answer, int byteCount) {
    return Map.of(METRIC, new Observation(answer.logLikelihood(), byteCount));
  }

  /** The position, within the text, or at most three bytes before it where a character starts. */
  private static int characterStart(byte[] bytes, int position) {
    int at = Math.clamp(position, 0, bytes.length);
    for (int back = 0; back < 3 && at > 0 && at < bytes.length && isInner(bytes[at]); back++) {
      at--;
    }
    return at;
  }

  private static boolean isInner(byte b) {
    return (b & 0xC0) == 0x80;
  }

  private static String decode(byte[] bytes, int start, int end, Path file) {
    ByteBuffer block = ByteBuffer.wrap(bytes, start, end - start);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(block).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          file + ": not UTF-8 near byte " + block.position() + "; convert it to UTF-8", e);
    }
  }
}
