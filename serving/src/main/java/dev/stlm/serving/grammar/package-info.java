/**
 * Texts that keep to a form: regular expressions and JSON schemas as automata over bytes.
 *
 * <p>{@link dev.stlm.serving.grammar.Grammar} is the compiled form, a pushdown automaton whose
 * terminals are sets of bytes; {@link dev.stlm.serving.grammar.GrammarConstraint} says at every
 * step of a generation which tokens keep to it. Models read bytes, so nothing is approximate: what
 * is generated to its end matches, and whatever matches can be generated.
 */
@NullMarked
package dev.stlm.serving.grammar;

import org.jspecify.annotations.NullMarked;
