/**
 * What is compared instead of whole documents: hashes of runs of words, MinHash signatures, and the
 * sets and tables that find equal ones.
 */
@NullMarked
package dev.stlm.training.internal.prepare.sign;

import org.jspecify.annotations.NullMarked;
