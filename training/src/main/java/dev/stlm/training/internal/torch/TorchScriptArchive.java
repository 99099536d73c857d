package dev.stlm.training.internal.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs the text of a TorchScript class into the archive that PyTorch's loader reads.
 *
 * <p>An archive is an uncompressed zip: {@code code/__torch__.py} holds the program, {@code
 * data.pkl} the one object of its class as a Python pickle (protocol 2), {@code constants.pkl} an
 * empty tuple, {@code version} the format. Our modules hold no tensors (parameters are arguments),
 * so the pickle is about 30 bytes.
 */
final class TorchScriptArchive {
  /** Name of the class that a program text must define. */
  static final String CLASS_NAME = "Model";

  /** What a class text must start with: the attributes that every module has. */
  static final String CLASS_HEADER =
      """
      class Model(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        _is_full_backward_hook : Optional[bool]
      """;

  // opcodes of the pickle virtual machine, protocol 2
  private static final int PROTO = 0x80;
  private static final int GLOBAL = 'c';
  private static final int EMPTY_TUPLE = ')';
  private static final int NEW_OBJECT = 0x81;
  private static final int EMPTY_DICT = '}';
  private static final int MARK = '(';
  private static final int UNICODE = 'X';
  private static final int TRUE = 0x88;
  private static final int NONE = 'N';
  private static final int SET_ITEMS = 'u';
  private static final int BUILD = 'b';
  private static final int STOP = '.';

  private TorchScriptArchive() {}

  /** The archive of a program text, which starts with {@link #CLASS_HEADER}. */
  static byte[] of(String program) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "model/data.pkl", object());
      put(zip, "model/code/__torch__.py", ascii(program));
      put(zip, "model/constants.pkl", new byte[] {(byte) PROTO, 2, EMPTY_TUPLE, STOP});
      put(zip, "model/version", ascii("3\n"));
      put(zip, "model/byteorder", ascii("little"));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /** {@code Model()} with {@code training = True} and no hook. */
  private static byte[] object() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(PROTO);
    pickle.write(2);
    pickle.write(GLOBAL);
    pickle.writeBytes(ascii("__torch__\n" + CLASS_NAME + "\n"));
    pickle.write(EMPTY_TUPLE);
    pickle.write(NEW_OBJECT);
    pickle.write(EMPTY_DICT);
    pickle.write(MARK);
    string(pickle, "training");
    pickle.write(TRUE);
    string(pickle, "_is_full_backward_hook");
    pickle.write(NONE);
    pickle.write(SET_ITEMS);
    pickle.write(BUILD);
    pickle.write(STOP);
    return pickle.toByteArray();
  }

  private static void string(ByteArrayOutputStream pickle, String s) {
    byte[] text = ascii(s);
    pickle.write(UNICODE);
    for (int shift = 0; shift < 32; shift += 8) {
      pickle.write(text.length >>> shift);
    }
    pickle.writeBytes(text);
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }
}
