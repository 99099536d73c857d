package dev.stlm.model.generate;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Bytes in, whole characters out: the pieces put together are what {@code new String(bytes, UTF_8)}
 * gives for all bytes, U+FFFD for what is not UTF-8. A character is held back until its last byte.
 */
public final class Utf8Stream {
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  // bytes of an unfinished character: at most 3
  private ByteBuffer pending = ByteBuffer.allocate(16);

  /** Takes bytes and gives the characters that they complete, perhaps none. */
  public String accept(byte[] bytes, int from, int count) {
    if (pending.remaining() < count) {
      ByteBuffer larger = ByteBuffer.allocate(pending.position() + count);
      larger.put(pending.flip());
      pending = larger;
    }
    pending.put(bytes, from, count).flip();
    CharBuffer out = CharBuffer.allocate(pending.remaining() + 1);
    decoder.decode(pending, out, false);
    pending.compact();
    return out.flip().toString();
  }

  /** Whether bytes of an unfinished character are held back. */
  public boolean holdsBack() {
    return pending.position() > 0;
  }

  /** Ends the text: gives U+FFFD for an unfinished character. Nothing may follow. */
  public String end() {
    pending.flip();
    CharBuffer out = CharBuffer.allocate(pending.remaining() + 2);
    decoder.decode(pending, out, true);
    decoder.flush(out);
    pending.clear();
    return out.flip().toString();
  }
}
