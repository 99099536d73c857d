package dev.stlm.serving.grammar;

import dev.stlm.serving.engine.Constraint;

/** Keeps the samples of one request to a grammar. For one thread once it has been started. */
public final class GrammarConstraint implements Constraint {
  private final ByteAutomaton automaton;
  private final Vocabulary vocabulary;

  /** A constraint on texts of a vocabulary. */
  public GrammarConstraint(Grammar grammar, Vocabulary vocabulary) {
    this.automaton = new ByteAutomaton(grammar.program());
    this.vocabulary = vocabulary;
  }

  @Override
  public State start(int sample) {
    return new Text();
  }

  private final class Text implements State {
    private ByteState state = automaton.start();

    @Override
    public boolean complete() {
      return state.complete();
    }

    @Override
    public boolean mask(float[] logits) {
      return vocabulary.mask(state, logits);
    }

    @Override
    public void accept(int id) {
      state = vocabulary.after(state, id);
    }
  }
}
