package dev.stlm.training.prepare;

/**
 * Says which documents are worth learning from. A pure function of the document, safe for use by
 * several threads.
 */
@FunctionalInterface
public interface DocumentFilter {
  /**
   * Whether a document stays.
   *
   * @param document its bytes, usually UTF-8, never empty; not to be changed
   */
  boolean keeps(byte[] document);
}
