package dev.stlm.bench.task.internal;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.stlm.bench.task.ChoiceDocument;
import dev.stlm.bench.task.ChoiceTask;
import dev.stlm.bench.task.FewShot;
import dev.stlm.bench.task.Metric;
import dev.stlm.bench.task.TaskGroup;
import java.util.List;
import java.util.Optional;

/** Is the grammatical sentence of a pair the likelier (Warstadt et al. 2020, arXiv 1912.00582). */
final class Blimp extends ChoiceTask<Blimp.Row> {
  static final TaskGroup GROUP =
      new TaskGroup(
          "blimp", "English grammar, 67 phenomena with 1000 sentence pairs; chance is 0.5", false);

  static final List<String> PHENOMENA =
      List.of(
          "adjunct_island",
          "anaphor_gender_agreement",
          "anaphor_number_agreement",
          "animate_subject_passive",
          "animate_subject_trans",
          "causative",
          "complex_NP_island",
          "coordinate_structure_constraint_complex_left_branch",
          "coordinate_structure_constraint_object_extraction",
          "determiner_noun_agreement_1",
          "determiner_noun_agreement_2",
          "determiner_noun_agreement_irregular_1",
          "determiner_noun_agreement_irregular_2",
          "determiner_noun_agreement_with_adj_2",
          "determiner_noun_agreement_with_adj_irregular_1",
          "determiner_noun_agreement_with_adj_irregular_2",
          "determiner_noun_agreement_with_adjective_1",
          "distractor_agreement_relational_noun",
          "distractor_agreement_relative_clause",
          "drop_argument",
          "ellipsis_n_bar_1",
          "ellipsis_n_bar_2",
          "existential_there_object_raising",
          "existential_there_quantifiers_1",
          "existential_there_quantifiers_2",
          "existential_there_subject_raising",
          "expletive_it_object_raising",
          "inchoative",
          "intransitive",
          "irregular_past_participle_adjectives",
          "irregular_past_participle_verbs",
          "irregular_plural_subject_verb_agreement_1",
          "irregular_plural_subject_verb_agreement_2",
          "left_branch_island_echo_question",
          "left_branch_island_simple_question",
          "matrix_question_npi_licensor_present",
          "npi_present_1",
          "npi_present_2",
          "only_npi_licensor_present",
          "only_npi_scope",
          "passive_1",
          "passive_2",
          "principle_A_c_command",
          "principle_A_case_1",
          "principle_A_case_2",
          "principle_A_domain_1",
          "principle_A_domain_2",
          "principle_A_domain_3",
          "principle_A_reconstruction",
          "regular_plural_subject_verb_agreement_1",
          "regular_plural_subject_verb_agreement_2",
          "sentential_negation_npi_licensor_present",
          "sentential_negation_npi_scope",
          "sentential_subject_island",
          "superlative_quantifiers_1",
          "superlative_quantifiers_2",
          "tough_vs_raising_1",
          "tough_vs_raising_2",
          "transitive",
          "wh_island",
          "wh_questions_object_gap",
          "wh_questions_subject_gap",
          "wh_questions_subject_gap_long_distance",
          "wh_vs_that_no_gap",
          "wh_vs_that_no_gap_long_distance",
          "wh_vs_that_with_gap",
          "wh_vs_that_with_gap_long_distance");

  private final String phenomenon;

  /** The files differ in their other fields, which describe the phenomenon and are not needed. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Row(
      @JsonProperty("sentence_good") String good, @JsonProperty("sentence_bad") String bad) {}

  Blimp(String phenomenon) {
    super(
        "blimp_" + phenomenon,
        "blimp/" + phenomenon,
        Row.class,
        FewShot.NEVER,
        List.of(Metric.ACC));
    this.phenomenon = phenomenon;
  }

  @Override
  public String description() {
    return "English grammar: " + phenomenon.replace('_', ' ');
  }

  @Override
  public Optional<String> group() {
    return Optional.of(GROUP.name());
  }

  @Override
  protected ChoiceDocument render(Row row) {
    return ChoiceDocument.answers("", List.of(row.good(), row.bad()), 0);
  }
}
