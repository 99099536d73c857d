package dev.stlm.training.runtime;

import dev.stlm.model.Session;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Arrays;

/** The ids read so far; every append computes all of them. */
final class DjlSession implements Session {
  private final DjlModel model;
  private int[] read = new int[0];

  DjlSession(DjlModel model) {
    this.model = model;
  }

  @Override
  public int position() {
    return read.length;
  }

  @Override
  public float[] append(int... ids) {
    float[][] last = new float[1][];
    append(
        ids,
        (index, logits) -> {
          if (index == ids.length - 1) {
            last[0] = logits;
          }
        });
    return last[0];
  }

  @Override
  public void append(int[] ids, LogitsSink sink) {
    requireFits(ids);
    int vocabulary = model.config().vocabularySize();
    int[] all = Arrays.copyOf(read, read.length + ids.length);
    System.arraycopy(ids, 0, all, read.length, ids.length);
    float[] logits = model.logits(all);
    for (int i = 0; i < ids.length; i++) {
      int at = (read.length + i) * vocabulary;
      sink.accept(i, Arrays.copyOfRange(logits, at, at + vocabulary));
    }
    read = all;
  }

  @Override
  public void draft(int[] guesses, int count, float[] logits) {
    int most = model.draftLength();
    if (most == 0) {
      throw new UnsupportedOperationException("this model has no drafts of later ids");
    }
    if (count < 1 || count > most || count > guesses.length) {
      throw new IllegalArgumentException(
          "%d of %d guesses; the model takes 1 to %d".formatted(count, guesses.length, most));
    }
    if (read.length == 0) {
      throw new IllegalStateException("nothing is read yet; append an id first");
    }
    int[] used = Arrays.copyOf(guesses, count);
    requireKnown(used);
    float[] drafted = model.draft(read, used);
    System.arraycopy(drafted, 0, logits, 0, drafted.length);
  }

  private void requireKnown(int[] ids) {
    int vocabulary = model.config().vocabularySize();
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new InvalidInputException(
            "id " + id + " is not one of the model's; allowed: 0 to " + (vocabulary - 1));
      }
    }
  }

  /** Refuses ids that can not be appended. */
  void requireFits(int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("no ids to append");
    }
    requireKnown(ids);
    int context = model.config().contextLength();
    if (ids.length > context - read.length) {
      throw new InvalidInputException(
          "%d ids after %d do not fit into the model's context of %d; send fewer"
              .formatted(ids.length, read.length, context));
    }
  }

  @Override
  public void truncate(int position) {
    if (position < 0 || position > read.length) {
      throw new IllegalArgumentException(
          "position " + position + " of a session with " + read.length + " ids");
    }
    read = Arrays.copyOf(read, position);
  }

  @Override
  public Session fork() {
    DjlSession fork = new DjlSession(model);
    fork.read = read;
    return fork;
  }

  @Override
  public void close() {}
}
