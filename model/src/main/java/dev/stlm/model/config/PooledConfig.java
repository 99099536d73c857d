package dev.stlm.model.config;

import dev.stlm.tokenizer.InvalidInputException;
import java.util.Optional;

/**
 * A byte model that pools patches, so that its large part runs once a patch and not once a byte:
 * local layers over bytes, one vector a patch, global layers over patches, local layers that give
 * the bytes back (compare the Byte Latent Transformer, Pagnoni et al. 2024, arXiv 2412.09871, and
 * SpaceByte, Slagle 2024, arXiv 2404.14408; for the paper's own form arXiv 2405.14159).
 *
 * <p>Ids 0 to 255 are bytes. An id from 256 on ends the patch that it is in, and the patcher starts
 * anew after it. The prediction of a byte sees the global layers up to the last finished patch; a
 * patch is finished when its last byte has been read.
 *
 * @param vocabularySize number of ids, V ≥ 256
 * @param contextLength most ids of one sequence, T ≥ 1
 * @param width width of the local stream, of the embedding and of the head, D ≥ 1
 * @param patcher where patches end
 * @param encoder local layers before pooling
 * @param pooling how a patch becomes one vector
 * @param global layers over patches, of a width of their own
 * @param decoder local layers after the global ones
 * @param normEpsilon added to the mean square in RMSNorm
 * @param tiedHead whether the output head is the embedding
 * @param ngrams hashed embeddings of the last bytes, if any
 * @param smear see {@link ModelConfig#smear()}
 * @param logitSoftCap see {@link ModelConfig#logitSoftCap()}
 * @param futureIds see {@link ModelConfig#futureIds()}
 */
public record PooledConfig(
    int vocabularySize,
    int contextLength,
    int width,
    PatcherConfig patcher,
    EncoderConfig encoder,
    Pooling pooling,
    StackConfig global,
    DecoderConfig decoder,
    double normEpsilon,
    boolean tiedHead,
    Optional<NgramConfig> ngrams,
    Optional<Integer> smear,
    Optional<Double> logitSoftCap,
    Optional<Integer> futureIds)
    implements ModelConfig {

  public PooledConfig {
    ConfigChecks.range("vocabularySize", vocabularySize, 256, 1 << 20);
    ConfigChecks.range("contextLength", contextLength, 1, 1 << 20);
    ConfigChecks.range("width", width, 1, 1 << 16);
    ConfigChecks.present("patcher", patcher);
    ConfigChecks.present("encoder", encoder);
    ConfigChecks.present("pooling", pooling);
    ConfigChecks.present("global", global);
    ConfigChecks.present("decoder", decoder);
    ConfigChecks.positive("normEpsilon", normEpsilon);
    ngrams = ConfigChecks.orEmpty(ngrams);
    smear = ConfigChecks.smear(smear, width);
    logitSoftCap = ConfigChecks.softCap(logitSoftCap);
    futureIds = ConfigChecks.future(futureIds);
    ConfigChecks.range("global.layers", global.layers(), 1, 1024);
    local("encoder.stack.width", encoder.stack().width(), width);
    local("decoder.stack.width", decoder.stack().width(), width);
    int cap = cap(patcher);
    if (decoder instanceof DecoderConfig.Parallel p) {
      if (p.slots() < cap) {
        throw ConfigChecks.invalid(
            "decoder.slots", p.slots(), "at least the patcher's cap of " + cap + " bytes");
      }
      if (futureIds.isPresent()) {
        throw ConfigChecks.invalid(
            "futureIds",
            futureIds.get(),
            "none where decoder.type is \"parallel\", which sees no bytes of its patch");
      }
    }
    if (encoder.scope() == EncoderConfig.Scope.PATCH && cap > MOST_IN_PATCH) {
      throw tooLong(cap);
    }
  }

  @Override
  public PooledConfig withContextLength(int length) {
    return with(length, global);
  }

  @Override
  public int layers() {
    return global.layers();
  }

  @Override
  public PooledConfig withLayers(int number) {
    return with(contextLength, global.withLayers(number));
  }

  private PooledConfig with(int length, StackConfig overPatches) {
    return new PooledConfig(
        vocabularySize,
        length,
        width,
        patcher,
        encoder,
        pooling,
        overPatches,
        decoder,
        normEpsilon,
        tiedHead,
        ngrams,
        smear,
        logitSoftCap,
        futureIds);
  }

  /** Longest patch whose bytes can all see each other. */
  private static final int MOST_IN_PATCH = 256;

  private static int cap(PatcherConfig patcher) {
    try {
      return patcher.create().cap();
    } catch (InvalidInputException e) {
      throw new InvalidInputException("config: patcher: " + e.getMessage(), e);
    }
  }

  private static InvalidInputException tooLong(int cap) {
    return ConfigChecks.invalid(
        "patcher.settings",
        "one that allows patches of " + cap + " bytes",
        "a cap of at most " + MOST_IN_PATCH + " where encoder.scope is \"patch\"");
  }

  private static void local(String field, int value, int width) {
    if (value != width) {
      throw ConfigChecks.invalid(field, value, "the width of the model (" + width + ")");
    }
  }
}
