package dev.stlm.model.score;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.LanguageModel.BatchLogitsSink;
import dev.stlm.model.Session;
import dev.stlm.model.score.Loglikelihood.Result;
import dev.stlm.model.score.Loglikelihood.ResultSink;
import dev.stlm.model.score.Loglikelihood.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores groups together: first what their members share, then what is left of each member. */
final class PrefixWave {
  private final LanguageModel model;
  private final List<Shared> prefixes = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();

  private PrefixWave(LanguageModel model, List<PrefixGroup> groups) {
    this.model = model;
    for (PrefixGroup group : groups) {
      Shared shared = group.common() == 0 ? null : new Shared(group, model.newSession());
      if (shared != null) {
        prefixes.add(shared);
      }
      group.members().forEach(s -> members.add(new Member(s, shared)));
    }
  }

  static void run(LanguageModel model, List<PrefixGroup> groups, ResultSink sink) {
    PrefixWave wave = new PrefixWave(model, groups);
    try {
      wave.readPrefixes();
      wave.readMembers();
      wave.members.forEach(m -> sink.accept(m.sequence.index(), m.result()));
    } finally {
      wave.prefixes.forEach(p -> p.session.close());
    }
  }

  private void readPrefixes() {
    if (prefixes.isEmpty()) {
      return;
    }
    model.append(
        prefixes.stream().map(p -> p.session).toList(),
        prefixes.stream().map(p -> Arrays.copyOf(p.ids, p.length)).toList(),
        new BatchLogitsSink() {
          @Override
          public boolean wants(int prefix, int index) {
            Shared p = prefixes.get(prefix);
            return index + 1 >= p.firstScored || index + 1 == p.length;
          }

          @Override
          public void accept(int prefix, int index, float[] logits) {
            Shared p = prefixes.get(prefix);
            if (index + 1 == p.length) {
              p.last = logits.clone(); // members part here
            } else {
              p.put(index + 1, logits);
            }
          }
        });
  }

  private void readMembers() {
    List<Member> reading = members.stream().filter(m -> m.toRead() > 0).toList();
    List<Session> sessions = new ArrayList<>();
    try {
      for (Member m : reading) {
        sessions.add(m.shared == null ? model.newSession() : m.shared.session.fork());
      }
      if (!reading.isEmpty()) {
        model.append(
            sessions,
            reading.stream().map(Member::rest).toList(),
            new BatchLogitsSink() {
              @Override
              public boolean wants(int member, int index) {
                Member m = reading.get(member);
                return m.start + index + 1 >= m.sequence.firstScored();
              }

              @Override
              public void accept(int member, int index, float[] logits) {
                Member m = reading.get(member);
                m.put(m.start + index + 1, logits);
              }
            });
      }
    } finally {
      sessions.forEach(Session::close);
    }
  }

  /** What the members of a group share. */
  private static final class Shared {
    final Session session;
    final int[] ids;
    final int length;
    final int firstScored;
    // by position: log-probability of the id there, and whether it is the most likely one
    final double[] logProbabilities;
    final boolean[] greedy;
    float @Nullable [] last;

    Shared(PrefixGroup group, Session session) {
      this.session = session;
      ids = group.members().getFirst().ids();
      length = group.common();
      firstScored = group.members().stream().mapToInt(Sequence::firstScored).min().orElseThrow();
      logProbabilities = new double[length];
      greedy = new boolean[length];
    }

    void put(int at, float[] logits) {
      logProbabilities[at] = LogSoftmax.of(logits, ids[at]);
      greedy[at] = LogSoftmax.argmax(logits) == ids[at];
    }
  }

  /** One sequence: what its group read, then its own ids from {@code start} on. */
  private static final class Member {
    final Sequence sequence;
    final @Nullable Shared shared;
    final int start;
    private final double[] logProbabilities;
    private final boolean[] greedy;

    Member(Sequence sequence, @Nullable Shared shared) {
      this.sequence = sequence;
      this.shared = shared;
      start = shared == null ? 0 : shared.length;
      logProbabilities = new double[sequence.ids().length - start];
      greedy = new boolean[logProbabilities.length];
    }

    int toRead() {
      return sequence.ids().length - 1 - start;
    }

    int[] rest() {
      return Arrays.copyOfRange(sequence.ids(), start, sequence.ids().length - 1);
    }

    void put(int at, float[] logits) {
      logProbabilities[at - start] = LogSoftmax.of(logits, sequence.ids()[at]);
      greedy[at - start] = LogSoftmax.argmax(logits) == sequence.ids()[at];
    }

    Result result() {
      double sum = 0;
      boolean all = true;
      if (shared != null) {
        if (shared.last != null) {
          put(start, shared.last);
        }
        for (int i = sequence.firstScored(); i < start; i++) {
          sum += shared.logProbabilities[i];
          all &= shared.greedy[i];
        }
      }
      for (int i = Math.max(start, sequence.firstScored()); i < sequence.ids().length; i++) {
        sum += logProbabilities[i - start];
        all &= greedy[i - start];
      }
      return new Result(sum, all);
    }
  }
}
