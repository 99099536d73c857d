/**
 * The {@code serve} command: reads and checks the arguments, then hands over to a server.
 *
 * <p>Nothing here refers to the web framework, so that the command can be listed and explained from
 * a class path that does not have it.
 */
@NullMarked
package dev.stlm.serving.cli;

import org.jspecify.annotations.NullMarked;
