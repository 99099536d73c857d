package dev.stlm.model.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stlm.model.LanguageModel;
import dev.stlm.model.ModelRuntimes;
import dev.stlm.model.checkpoint.Checkpoint;
import dev.stlm.model.generate.GenerateOptions.Overflow;
import dev.stlm.model.kit.RuntimeContract;
import dev.stlm.model.kit.TinyModels;
import dev.stlm.model.kit.TinyTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading ahead never changes a text. */
class SpeculationTest {
  static Stream<Named<Checkpoint>> drafting() {
    return RuntimeContract.drafting();
  }

  @ParameterizedTest
  @MethodSource("drafting")
  void aModelsOwnDraftsChangeNoText(Checkpoint checkpoint) {
    for (int seed = 0; seed < 12; seed++) {
      try (LanguageModel model =
          ModelRuntimes.load("cpu", TinyModels.random(checkpoint.config(), seed))) {
        int[] prompt = TinyTexts.mixed(260, 1 + 5 * seed, seed);
        DraftStatistics drafts = assertSame(model, model, prompt, greedy(150, Overflow.SLIDE));
        assertThat(drafts.rounds()).isPositive();
        assertThat(drafts.drafted()).isGreaterThanOrEqualTo(drafts.rounds());
        assertSame(model, model, prompt, greedy(150, Overflow.STOP));
        SamplerConfig drawn = new SamplerConfig(0.7, 20, 0.9, 0.01, 1.3, seed);
        assertSame(model, model, prompt, options(80, drawn, List.of(), Overflow.SLIDE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.7, 0.95, 1})
  void draftsThatAreRightAsOftenAsTheyLikeChangeNoText(double right) {
    for (String name : List.of("plain", "pooled, mean", "pooled, own patch, parallel")) {
      try (LanguageModel model = ModelRuntimes.load("cpu", variant(name))) {
        OracleDrafts drafting = new OracleDrafts(model, right);
        for (int length = 1; length < 12; length++) {
          assertSame(model, drafting, new int[] {'a', 'b'}, greedy(length, Overflow.STOP));
        }
        // from prompts that leave room for no id, for one, for some
        for (int room = 0; room < 9; room++) {
          int[] prompt = TinyTexts.words(96 - room, room);
          assertSame(model, drafting, prompt, greedy(40, Overflow.STOP));
          assertSame(model, drafting, prompt, greedy(40, Overflow.SLIDE));
        }
      }
    }
  }

  @Test
  void stopStringsEndTheTextWhereverTheyLie() {
    try (LanguageModel model = ModelRuntimes.load("cpu", AsciiOnly.of(TinyModels.plain()))) {
      SamplerConfig penalised = new SamplerConfig(0, 0, 1, 0, 1.5, 0);
      GenerateOptions open = options(60, penalised, List.of(), Overflow.SLIDE);
      String whole = new Generator(model).generate(new int[] {'H'}, open, _ -> true).text();
      assertThat(whole.length()).isGreaterThan(20);
      for (double right : new double[] {0.5, 1}) {
        OracleDrafts drafting = new OracleDrafts(model, right);
        for (int at = 0; at + 3 <= whole.length(); at++) {
          List<String> stops = List.of(whole.substring(at, at + 3), "never there");
          GenerateOptions options = options(60, penalised, stops, Overflow.SLIDE);
          assertSame(model, drafting, new int[] {'H'}, options);
        }
      }
    }
  }

  @Test
  void aListenerThatWantsNoMoreEndsTheTextAtTheSamePlace() {
    try (LanguageModel model = ModelRuntimes.load("cpu", AsciiOnly.of(TinyModels.plain()))) {
      OracleDrafts drafting = new OracleDrafts(model, 1);
      for (int most = 1; most < 12; most++) {
        List<String> expected = pieces(model, most);
        assertThat(pieces(drafting, most)).isEqualTo(expected).hasSize(most);
      }
    }
  }

  private static List<String> pieces(LanguageModel model, int most) {
    List<String> pieces = new ArrayList<>();
    Generator.Result result =
        new Generator(model)
            .generate(
                new int[] {'H'},
                greedy(80, Overflow.SLIDE),
                p -> {
                  pieces.add(p);
                  return pieces.size() < most;
                });
    assertThat(result.finishReason()).isEqualTo(FinishReason.CANCELLED);
    return pieces;
  }

  @Test
  void rightDraftsSaveStepsAndWrongOnesAreGivenUp() {
    try (LanguageModel model = ModelRuntimes.load("cpu", AsciiOnly.of(TinyModels.plain()))) {
      OracleDrafts always = new OracleDrafts(model, 1);
      Generator.Result result = timed(always, greedy(90, Overflow.STOP));
      DraftStatistics drafts = result.drafts();
      assertThat(drafts.accepted()).isGreaterThan(60);
      assertThat(drafts.drafted() - drafts.accepted()).isLessThanOrEqualTo(5); // cut off at the end
      assertThat(drafts.acceptedPerRound()).isGreaterThan(2);
      assertThat(always.appends()).isLessThan(30);
      OracleDrafts never = new OracleDrafts(model, 0);
      result = timed(never, greedy(90, Overflow.STOP));
      assertThat(result.drafts().accepted()).isLessThan(5);
      assertThat(result.drafts().rounds()).isLessThan(50);
      GenerateOptions off =
          new GenerateOptions(90, SamplerConfig.greedy(), List.of(), Overflow.STOP, false);
      assertThat(timed(always, off).drafts()).isEqualTo(new DraftStatistics(0, 0, 0));
    }
  }

  @Test
  void asManyIdsAreDraftedAsWereRightOfLate() {
    DraftLength length = new DraftLength(4);
    learn(length, 4, 0.2);
    assertThat(usual(length)).isEqualTo(4);
    learn(length, 1, 0.2);
    assertThat(usual(length)).isEqualTo(1);
    learn(length, 0, 0.2);
    assertThat(usual(length)).isZero();
    assertThat(Stream.generate(length::next).limit(64).filter(n -> n == 1).count())
        .isEqualTo(4); // tried again from time to time
    assertThat(usual(new DraftLength(0))).isZero();
  }

  @Test
  void whatChecksCostDecidesToo() {
    DraftLength length = new DraftLength(4);
    learn(length, 2, 0.05);
    assertThat(usual(length)).isEqualTo(2);
    learn(length, 2, 1.2);
    assertThat(usual(length)).isZero();
    learn(length, 2, 0.05);
    assertThat(usual(length)).isEqualTo(2);
    learn(length, 4, 0);
    assertThat(usual(length)).isEqualTo(4);
  }

  @Test
  void aRoundThatWasHeldUpSaysLittle() {
    DraftLength length = new DraftLength(4);
    learn(length, 4, 0.2);
    length.learn(4, 4, 1000);
    assertThat(usual(length)).isEqualTo(4);
  }

  /** Rounds of the length it wants, of which the first so many drafts are right. */
  private static void learn(DraftLength length, int right, double cost) {
    for (int i = 0; i < 300; i++) {
      int drafted = length.next();
      length.learn(drafted, Math.min(drafted, right), 7 * (1 + cost * drafted));
    }
  }

  /** What it wants mostly. */
  private static int usual(DraftLength length) {
    return Stream.generate(length::next)
        .limit(16)
        .collect(Collectors.groupingBy(n -> n, Collectors.counting()))
        .entrySet()
        .stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }

  /** The same result with drafts and without; gives what came of them. */
  private static DraftStatistics assertSame(
      LanguageModel plain, LanguageModel drafting, int[] prompt, GenerateOptions options) {
    GenerateOptions off =
        new GenerateOptions(
            options.maxBytes(), options.sampler(), options.stops(), options.overflow(), false);
    List<String> expectedPieces = new ArrayList<>();
    Generator.Result expected =
        new Generator(plain).generate(prompt, off, p -> expectedPieces.add(p));
    List<String> pieces = new ArrayList<>();
    Generator.Result result = new Generator(drafting).generate(prompt, options, p -> pieces.add(p));
    assertThat(pieces).isEqualTo(expectedPieces);
    assertThat(result.text()).isEqualTo(expected.text());
    assertThat(result.finishReason()).isEqualTo(expected.finishReason());
    assertThat(result.generatedIds()).isEqualTo(expected.generatedIds());
    return result.drafts();
  }

  private static Generator.Result timed(OracleDrafts model, GenerateOptions options) {
    return new Generator(model, model::time).generate(new int[] {'H'}, options, _ -> true);
  }

  private static Checkpoint variant(String name) {
    return Optional.ofNullable(TinyModels.variants().get(name)).orElseThrow();
  }

  private static GenerateOptions greedy(int maxBytes, Overflow overflow) {
    return options(maxBytes, SamplerConfig.greedy(), List.of(), overflow);
  }

  private static GenerateOptions options(
      int maxBytes, SamplerConfig sampler, List<String> stops, Overflow overflow) {
    return new GenerateOptions(maxBytes, sampler, stops, overflow);
  }
}
