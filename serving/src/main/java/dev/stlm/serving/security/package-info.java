/**
 * Who may ask the server, and from where: API keys, host names, other origins, and the headers that
 * keep browsers strict.
 *
 * <p>Every check runs before a route is looked for, so that a new route is protected without a word
 * of its own. {@link dev.stlm.serving.security.ApiKeys} and {@link
 * dev.stlm.serving.security.PemFiles} know no web framework: the command line uses them to say what
 * is wrong before anything starts.
 */
@NullMarked
package dev.stlm.serving.security;

import org.jspecify.annotations.NullMarked;
