/**
 * The command line: {@link dev.stlm.cli.Main} finds the commands of all modules on the class path
 * and runs one.
 *
 * <p>A module contributes a command by implementing {@link dev.stlm.cli.StlmCommand} and naming it
 * in {@code META-INF/services}; it depends on this module optionally, so that who uses the module
 * as a library gets no command-line parser.
 */
@NullMarked
package dev.stlm.cli;

import org.jspecify.annotations.NullMarked;
