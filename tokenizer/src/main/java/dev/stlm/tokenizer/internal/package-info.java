/**
 * What the tokenizers and patchers of this module share: well-formed UTF-8 in bytes, and a map of
 * ints that does not box. For this module only.
 */
@NullMarked
package dev.stlm.tokenizer.internal;

import org.jspecify.annotations.NullMarked;
