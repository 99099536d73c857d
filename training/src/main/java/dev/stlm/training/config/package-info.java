/**
 * The settings of a training run as records that refuse what does not fit; each part has a file of
 * its own.
 */
@NullMarked
package dev.stlm.training.config;

import org.jspecify.annotations.NullMarked;
