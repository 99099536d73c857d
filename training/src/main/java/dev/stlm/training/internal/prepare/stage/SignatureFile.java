package dev.stlm.training.internal.prepare.stage;

import dev.stlm.training.prepare.DuplicatesConfig;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is decided on, a record a document: hash of its bytes, hash of the document that it was cut
 * from, MinHash signature where near duplicates are looked for. Read front to back.
 */
final class SignatureFile {
  /** Takes a document. */
  @FunctionalInterface
  interface Visitor {
    /**
     * A document.
     *
     * @param hash of its bytes: of 10⁸ different documents two have the same with a chance of 0.03
     *     %
     * @param origin hash of the document that it was cut from, or its own
     * @param minHash its signature, empty where near duplicates are kept
     */
    void visit(long hash, long origin, int[] minHash);
  }

  private SignatureFile() {}

  /** Adds a document. */
  static void write(DataOutputStream out, long hash, long origin, int[] minHash)
      throws IOException {
    out.writeLong(hash);
    out.writeLong(origin);
    for (int value : minHash) {
      out.writeInt(value);
    }
  }

  /** Visits so many documents. */
  static void read(Path file, long documents, DuplicatesConfig config, Visitor visitor)
      throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      for (long i = 0; i < documents; i++) {
        long hash = in.readLong();
        long origin = in.readLong();
        int[] minHash = new int[config.near() ? config.hashes() : 0];
        for (int j = 0; j < minHash.length; j++) {
          minHash[j] = in.readInt();
        }
        visitor.visit(hash, origin, minHash);
      }
    }
  }
}
