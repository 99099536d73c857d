package dev.stlm.model.checkpoint;

import dev.stlm.model.config.StrictJson;
import dev.stlm.model.storage.Sha256;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Names a model by its content.
 *
 * <p>SHA-256 over config, tokenizer and, in layout order, the name, encoding and bytes of every
 * tensor. The history is left out: models that compute the same have the same name however they
 * came about, in memory as on disk.
 */
public final class CheckpointHash {
  private CheckpointHash() {}

  /** 64 hexadecimal digits. Reads every tensor once. */
  public static String of(Checkpoint checkpoint) {
    MessageDigest digest = Sha256.digest();
    add(digest, "stlm-model/1");
    add(digest, StrictJson.text(checkpoint.config()));
    add(digest, TokenizerFile.text(checkpoint.tokenizer()));
    byte[] chunk = new byte[1 << 16];
    checkpoint.tensors().forEach((name, tensor) -> add(digest, name, tensor, chunk));
    return Sha256.hex(digest);
  }

  private static void add(MessageDigest digest, String name, Tensor tensor, byte[] chunk) {
    switch (tensor) {
      case Tensor.Dense t -> {
        add(digest, name + " " + encoding(t));
        add(digest, t.values(), chunk);
      }
      case Tensor.Rows t -> {
        // as the one tensor that is stored for it
        add(digest, name + " " + encoding(t.parts().getFirst()));
        t.parts().forEach(part -> add(digest, part.values(), chunk));
      }
      case Tensor.Int8 t -> {
        add(digest, name + " int8/" + t.group());
        add(digest, t.values(), chunk);
        add(digest, t.scales(), chunk);
      }
      case Tensor.Int4 t -> {
        add(digest, name + " int4/" + t.group());
        add(digest, t.values(), chunk);
        add(digest, t.scales(), chunk);
      }
      case Tensor.Sparse t -> {
        add(digest, name + " sparse");
        add(digest, t.mask(), chunk);
        add(digest, t.values(), chunk);
      }
    }
  }

  private static String encoding(Tensor.Dense tensor) {
    return switch (tensor) {
      case Tensor.F32 _ -> "f32";
      case Tensor.Bf16 _ -> "bf16";
      case Tensor.F16 _ -> "f16";
    };
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    // no UTF-8 text of ours holds a zero: texts can not run into each other
    digest.update((byte) 0);
  }

  private static void add(MessageDigest digest, MemorySegment data, byte[] chunk) {
    MemorySegment target = MemorySegment.ofArray(chunk);
    for (long at = 0; at < data.byteSize(); at += chunk.length) {
      int n = (int) Math.min(chunk.length, data.byteSize() - at);
      MemorySegment.copy(data, at, target, 0, n);
      digest.update(chunk, 0, n);
    }
  }
}
