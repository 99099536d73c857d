/**
 * The filters that come with the project. Each is a record of its thresholds; none is used unless a
 * recipe names it, and what they measure is described where it is measured.
 */
@NullMarked
package dev.stlm.training.prepare.filter;

import org.jspecify.annotations.NullMarked;
