package dev.stlm.tokenizer.gpt2;

import dev.stlm.tokenizer.internal.IntMap;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The merges behind GPT-2's tokens, and the tokens by their last bytes: what it takes to encode a
 * text that grows byte by byte.
 *
 * <p>Byte-pair encoding merges the adjacent pair of the lowest rank first, the leftmost of equal
 * ones. Two tokens that stand side by side in an encoding are those that encoding their joined
 * bytes gives back; {@link #stayApart} decides that without encoding. Hence the last token of a
 * text is the one suffix that is a token and stays apart from the last token of what is before it.
 *
 * <p>Immutable, one for the process, built by the first call of {@link #get()}.
 */
final class BytePairs {
  /** The root of the tree of tokens read backwards. */
  static final int ROOT = 0;

  private static final int BYTES = Gpt2Vocabulary.SINGLE_BYTES;

  /** Places of the tree's map: GPT-2's tokens take about 150,000 nodes. */
  private static final int TREE_BITS = 19;

  private final int[] left = new int[Gpt2Vocabulary.END_OF_TEXT];
  private final int[] right = new int[Gpt2Vocabulary.END_OF_TEXT];

  /** Left id times 2^16 plus right id to the id of the merge; ids are below 2^16. */
  private final IntMap merges = new IntMap(17);

  /** Node times 2^8 plus a byte to the child node. */
  private final IntMap children = new IntMap(TREE_BITS);

  private final IntMap tokens = new IntMap(17);
  private final int longest;

  private BytePairs(Gpt2Vocabulary vocabulary) {
    Map<String, Integer> ids = new HashMap<>(2 * Gpt2Vocabulary.SIZE);
    int most = 0;
    for (int id = 0; id < Gpt2Vocabulary.END_OF_TEXT; id++) {
      byte[] bytes = vocabulary.bytes(id);
      most = Math.max(most, bytes.length);
      ids.put(new String(bytes, StandardCharsets.ISO_8859_1), id);
      addBackwards(bytes, id);
    }
    longest = most;
    for (int id = BYTES; id < Gpt2Vocabulary.END_OF_TEXT; id++) {
      split(new String(vocabulary.bytes(id), StandardCharsets.ISO_8859_1), id, ids);
    }
  }

  static BytePairs get() {
    return Loaded.PAIRS;
  }

  /** Most bytes of a token. */
  int longest() {
    return longest;
  }

  /** The node one byte further back in the tree, or {@link IntMap#ABSENT}. */
  int child(int node, byte b) {
    return children.get(node << 8 | (b & 0xFF));
  }

  /** The token whose bytes, read backwards, lead to a node, or {@link IntMap#ABSENT}. */
  int token(int node) {
    return tokens.get(node);
  }

  /**
   * Whether two tokens are what their joined bytes are encoded as.
   *
   * <p>It undoes the merges on both sides of the joint, latest first. Had the two parts that then
   * touch been merged earlier than the merge just undone, the encoding would have gone across the
   * joint. Of merges with the same rank the left one comes first.
   */
  boolean stayApart(int a, int b) {
    int earlierThan = Integer.MAX_VALUE;
    while (true) {
      int across = merges.get(a << 16 | b);
      if (across != IntMap.ABSENT && across < earlierThan) {
        return false;
      }
      if (a > b) {
        if (a < BYTES) {
          return true;
        }
        earlierThan = a;
        a = right[a];
      } else {
        if (b < BYTES) {
          return true;
        }
        earlierThan = b + 1;
        b = left[b];
      }
    }
  }

  /** Finds the two tokens whose merge a token is; all merges of lower rank are known already. */
  private void split(String bytes, int id, Map<String, Integer> ids) {
    for (int i = 1; i < bytes.length(); i++) {
      Integer a = ids.get(bytes.substring(0, i));
      Integer b = ids.get(bytes.substring(i));
      if (a != null && b != null && a < id && b < id && stayApart(a, b)) {
        left[id] = a;
        right[id] = b;
        merges.put(a << 16 | b, id);
        return;
      }
    }
    throw new IllegalStateException("no merge makes token " + id);
  }

  private void addBackwards(byte[] bytes, int id) {
    int node = ROOT;
    for (int i = bytes.length - 1; i >= 0; i--) {
      int child = child(node, bytes[i]);
      if (child == IntMap.ABSENT) {
        // the root is node 0, and every entry makes one node
        child = children.size() + 1;
        children.put(node << 8 | (bytes[i] & 0xFF), child);
      }
      node = child;
    }
    tokens.put(node, id);
  }

  /** Builds on first use. */
  private static final class Loaded {
    static final BytePairs PAIRS = new BytePairs(Gpt2Vocabulary.get());
  }
}
