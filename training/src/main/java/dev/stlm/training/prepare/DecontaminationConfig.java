package dev.stlm.training.prepare;

import static dev.stlm.training.prepare.SettingCheck.check;

import java.util.List;

/**
 * Texts that must not be learned because models are scored on them.
 *
 * <p>The rule of GPT-3 (Brown et al. 2020, arXiv 2005.14165, appendix C): where a run of words of a
 * document also occurs in one of these texts, it is cut out with {@link #MARGIN} bytes on both
 * sides. Pieces below {@link #SHORTEST} bytes go; a document that would fall into more than {@link
 * #MOST_PIECES} goes as a whole. Words are compared in lower case, without punctuation. Other than
 * there, runs that occur in many documents count like any other, and texts with fewer words than a
 * run are not looked for.
 *
 * @param against files and directories as for a source; of JSON lines every string counts
 * @param words of a run, 3 to 100
 */
public record DecontaminationConfig(List<String> against, int words) {
  /** Bytes that go on either side of a common run. */
  public static final int MARGIN = 200;

  /** The shortest piece that stays, in bytes. */
  public static final int SHORTEST = 200;

  /** Pieces of a document, at most. */
  public static final int MOST_PIECES = 10;

  /** Against nothing; runs of 13 words. */
  public static final DecontaminationConfig NONE = new DecontaminationConfig(List.of(), 13);

  public DecontaminationConfig {
    against = List.copyOf(against);
    check("words", words, words >= 3 && words <= 100, "3 to 100");
  }
}
