package dev.stlm.training.prepare;

import static dev.stlm.training.prepare.SettingCheck.check;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Which documents count as the same: of those the first stays.
 *
 * <p>Near duplicates are found by MinHash (Broder 1997) with locality-sensitive hashing (Indyk and
 * Motwani 1998): documents that agree in all rows of a band are compared, and the later one goes if
 * the share of equal rows, an unbiased estimate of the Jaccard similarity of the sets of shingles,
 * is at least the threshold. With similarity s a pair is compared with probability 1 − (1 − s^rows)
 * ^bands; the estimate's standard error is √(s(1 − s) / (bands · rows)).
 *
 * @param exact whether documents of the same bytes are dropped
 * @param near whether documents that are nearly the same are dropped
 * @param threshold similarity from which on, 0.3 to 1
 * @param shingles what the sets are made of
 * @param size words or bytes of a shingle, 1 to 1000
 * @param bands 1 to 256
 * @param rows of a band, 1 to 64; 4 · bands · rows bytes a document are kept while it works
 */
public record DuplicatesConfig(
    boolean exact,
    boolean near,
    double threshold,
    Shingles shingles,
    int size,
    int bands,
    int rows) {
  /** What a set of shingles is made of. */
  public enum Shingles {
    /** Runs of words, in lower case, without punctuation. */
    @JsonProperty("words")
    WORDS,
    /** Runs of bytes: for languages that put no blanks between words, and for code. */
    @JsonProperty("bytes")
    BYTES
  }

  /** Both, five words, 20 bands of 6: 99.8 % of the pairs of similarity 0.8 are compared. */
  public static final DuplicatesConfig DEFAULT =
      new DuplicatesConfig(true, true, 0.8, Shingles.WORDS, 5, 20, 6);

  public DuplicatesConfig {
    check("threshold", threshold, threshold >= 0.3 && threshold <= 1, "0.3 to 1");
    check("size", size, size >= 1 && size <= 1000, "1 to 1000");
    check("bands", bands, bands >= 1 && bands <= 256, "1 to 256");
    check("rows", rows, rows >= 1 && rows <= 64, "1 to 64");
  }

  /** Length of a signature. */
  public int hashes() {
    return bands * rows;
  }
}
