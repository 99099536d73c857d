package dev.stlm.model.gguf;

import dev.stlm.tokenizer.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows of weights in the bytes of a {@link GgufType}, by the rules of llama.cpp's own converter,
 * and how far they then are from what they were.
 */
final class RowEncoding {
  private final GgufType type;
  private final float[] decoded; // one block, as it reads back
  private double squares;
  private double squaredErrors;

  RowEncoding(GgufType type) {
    this.type = type;
    decoded = new float[type.block()];
  }

  /** Root mean square of all errors so far over that of all values: 0 where nothing is lost. */
  double relativeError() {
    return squares == 0 ? 0 : Math.sqrt(squaredErrors / squares);
  }

  /**
   * Encodes a row of floats.
   *
   * @param values the row from {@code at} on
   * @param out {@code type.rowBytes(n)} bytes
   */
  void floats(float[] values, int at, int n, byte[] out) {
    ByteBuffer bytes = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = at; i < at + n; i += type.block()) {
      switch (type) {
        case F32 -> {
          bytes.putFloat(values[i]);
          decoded[0] = values[i];
        }
        case F16 -> {
          bytes.putShort(half(values[i], "value"));
          decoded[0] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
        }
        case Q8_0 -> eightBits(values, i, bytes);
        case Q4_0 -> fourBits(values, i, bytes);
      }
      for (int j = 0; j < decoded.length; j++) {
        double value = values[i + j];
        squares += value * value;
        squaredErrors += (decoded[j] - value) * (decoded[j] - value);
      }
    }
  }

  /**
   * Encodes a row of 8-bit integers as Q8_0: the integers stay, their scales become 16-bit floats.
   *
   * @param group values that share a scale, a multiple of 32
   */
  void integers(byte[] values, int at, int n, float[] scales, int scalesAt, int group, byte[] out) {
    ByteBuffer bytes = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i += type.block()) {
      float scale = scales[scalesAt + i / group];
      short half = half(scale, "scale");
      bytes.putShort(half).put(values, at + i, type.block());
      double error = Float.float16ToFloat(half) - (double) scale;
      for (int j = 0; j < type.block(); j++) {
        double q = values[at + i + j];
        squares += q * scale * q * scale;
        squaredErrors += q * error * q * error;
      }
    }
  }

  /**
   * Encodes a row of 4-bit integers in groups of 32 as Q4_0: they lie alike, their scales become
   * 16-bit floats.
   */
  void pairs(byte[] values, int at, int n, float[] scales, int scalesAt, byte[] out) {
    ByteBuffer bytes = ByteBuffer.wrap(out).order(ByteOrder.LITTLE_ENDIAN);
    int half = type.block() / 2;
    for (int block = 0; block < n / type.block(); block++) {
      float scale = scales[scalesAt + block];
      short rounded = half(scale, "scale");
      bytes.putShort(rounded).put(values, at + block * half, half);
      double error = Float.float16ToFloat(rounded) - (double) scale;
      for (int i = at + block * half; i < at + (block + 1) * half; i++) {
        for (int q : new int[] {(values[i] & 15) - 8, (values[i] >> 4 & 15) - 8}) {
          squares += q * scale * (q * (double) scale);
          squaredErrors += q * error * q * error;
        }
      }
    }
  }

  private void eightBits(float[] values, int at, ByteBuffer bytes) {
    float max = 0;
    for (int j = 0; j < type.block(); j++) {
      max = Math.max(max, Math.abs(values[at + j]));
    }
    float step = max / 127;
    float inverse = step == 0 ? 0 : 1 / step;
    short half = half(step, "scale");
    bytes.putShort(half);
    for (int j = 0; j < type.block(); j++) {
      float x = values[at + j] * inverse;
      int q = (int) Math.copySign(Math.floor(Math.abs((double) x) + 0.5), x);
      bytes.put((byte) q);
      decoded[j] = q * Float.float16ToFloat(half);
    }
  }

  private void fourBits(float[] values, int at, ByteBuffer bytes) {
    float largest = 0; // with its sign
    for (int j = 0; j < type.block(); j++) {
      if (Math.abs(values[at + j]) > Math.abs(largest)) {
        largest = values[at + j];
      }
    }
    float step = largest / -8;
    float inverse = step == 0 ? 0 : 1 / step;
    short half = half(step, "scale");
    bytes.putShort(half);
    int halfBlock = type.block() / 2;
    for (int j = 0; j < halfBlock; j++) {
      int low = nibble(values[at + j] * inverse);
      int high = nibble(values[at + j + halfBlock] * inverse);
      bytes.put((byte) (low | high << 4));
      decoded[j] = (low - 8) * Float.float16ToFloat(half);
      decoded[j + halfBlock] = (high - 8) * Float.float16ToFloat(half);
    }
  }

  private static int nibble(float x) {
    return Math.min(15, (int) (x + 8.5f));
  }

  private static short half(float value, String what) {
    short half = Float.floatToFloat16(value);
    if (!Float.isFinite(Float.float16ToFloat(half))) {
      throw new InvalidInputException(
          "export: a %s is %s, which no 16-bit float holds; use --type f32".formatted(what, value));
    }
    return half;
  }
}
