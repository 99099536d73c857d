package dev.stlm.model.score;

import dev.stlm.model.score.Loglikelihood.Sequence;
import java.util.Arrays;
import java.util.List;

/**
 * Neighbours in sorted order that begin alike.
 *
 * @param members one or more sequences
 * @param common how many ids at the start all members share and read: 0 for a single member
 */
record PrefixGroup(List<Sequence> members, int common) {
  /** Most members of a group, and of the groups that are read together. */
  static final int MOST = 48;

  /** Takes sequences from the front for as long as sharing saves more positions. */
  static PrefixGroup from(List<Sequence> sorted) {
    int count = 1;
    int common = read(sorted.getFirst());
    int saved = 0;
    while (count < sorted.size() && count < MOST) {
      int shared = Math.min(common, shared(sorted.getFirst(), sorted.get(count)));
      if (shared == 0 || count * shared < saved) {
        break;
      }
      common = shared;
      saved = count * shared;
      count++;
    }
    return new PrefixGroup(List.copyOf(sorted.subList(0, count)), count == 1 ? 0 : common);
  }

  /** Ids of a sequence that go into the model: the last is only predicted. */
  private static int read(Sequence s) {
    return s.ids().length - 1;
  }

  private static int shared(Sequence a, Sequence b) {
    int same = Arrays.mismatch(a.ids(), b.ids());
    int least = Math.min(read(a), read(b));
    return same < 0 ? least : Math.min(same, least);
  }
}
