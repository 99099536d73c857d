/**
 * The whole pipeline in one command, on a text that ships with the project; every stage is a call
 * into the module that owns it.
 */
@NullMarked
package dev.stlm.bench.demo;

import org.jspecify.annotations.NullMarked;
