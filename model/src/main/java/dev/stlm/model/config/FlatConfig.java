package dev.stlm.model.config;

import java.util.Optional;

/**
 * A flat decoder in the manner of Llama (Touvron et al. 2023, arXiv 2302.13971): pre-norm blocks of
 * attention and feed-forward over one stream of positions.
 *
 * @param vocabularySize number of ids, V ≥ 2
 * @param contextLength most positions of one sequence, T ≥ 1
 * @param width width of the residual stream, D ≥ 1
 * @param layers number of blocks, L ≥ 1
 * @param attention heads, rotary positions, query-key norm
 * @param ffn width and activation of the feed-forward part
 * @param normEpsilon added to the mean square in RMSNorm (Zhang and Sennrich 2019)
 * @param tiedHead whether the output head is the embedding (Press and Wolf 2017)
 * @param ngrams hashed embeddings of the last bytes, if any
 * @param sharing which weights the layers share, if any
 * @param smear see {@link ModelConfig#smear()}
 * @param logitSoftCap see {@link ModelConfig#logitSoftCap()}
 * @param futureIds see {@link ModelConfig#futureIds()}
 */
public record FlatConfig(
    int vocabularySize,
    int contextLength,
    int width,
    int layers,
    AttentionConfig attention,
    FfnConfig ffn,
    double normEpsilon,
    boolean tiedHead,
    Optional<NgramConfig> ngrams,
    Optional<SharingConfig> sharing,
    Optional<Integer> smear,
    Optional<Double> logitSoftCap,
    Optional<Integer> futureIds)
    implements ModelConfig {

  public FlatConfig {
    ConfigChecks.range("vocabularySize", vocabularySize, 2, 1 << 20);
    ConfigChecks.range("contextLength", contextLength, 1, 1 << 20);
    ConfigChecks.range("width", width, 1, 1 << 16);
    ConfigChecks.range("layers", layers, 1, 1024);
    ConfigChecks.present("attention", attention);
    ConfigChecks.present("ffn", ffn);
    ConfigChecks.positive("normEpsilon", normEpsilon);
    ngrams = ConfigChecks.orEmpty(ngrams);
    sharing = ConfigChecks.orEmpty(sharing);
    smear = ConfigChecks.smear(smear, width);
    logitSoftCap = ConfigChecks.softCap(logitSoftCap);
    futureIds = ConfigChecks.future(futureIds);
    if (sharing.isPresent()) {
      ConfigChecks.range("sharing.ffnGroup", sharing.get().ffnGroup(), 1, layers);
    }
  }

  /** Without sharing, smear, soft cap and drafts. */
  public FlatConfig(
      int vocabularySize,
      int contextLength,
      int width,
      int layers,
      AttentionConfig attention,
      FfnConfig ffn,
      double normEpsilon,
      boolean tiedHead,
      Optional<NgramConfig> ngrams) {
    this(
        vocabularySize,
        contextLength,
        width,
        layers,
        attention,
        ffn,
        normEpsilon,
        tiedHead,
        ngrams,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public FlatConfig withContextLength(int length) {
    return with(length, stack());
  }

  @Override
  public FlatConfig withLayers(int number) {
    return with(contextLength, stack().withLayers(number));
  }

  private FlatConfig with(int length, StackConfig blocks) {
    return new FlatConfig(
        vocabularySize,
        length,
        width,
        blocks.layers(),
        attention,
        ffn,
        normEpsilon,
        tiedHead,
        ngrams,
        blocks.sharing(),
        smear,
        logitSoftCap,
        futureIds);
  }

  /** The blocks. */
  public StackConfig stack() {
    return new StackConfig(width, layers, attention, ffn, sharing);
  }
}
