/**
 * Machine code that is made when the program runs, for what no compiler here makes: sums of
 * products of bytes. A program ({@link dev.stlm.model.runtime.code.QuadProgram}, {@link
 * dev.stlm.model.runtime.code.QuantiseProgram}, {@link dev.stlm.model.runtime.code.FloatProgram},
 * {@link dev.stlm.model.runtime.code.HalfProgram}) is written with an {@link
 * dev.stlm.model.runtime.code.Assembler}, placed in memory and called by {@link
 * dev.stlm.model.runtime.code.NativeCalls}, and used through {@link
 * dev.stlm.model.runtime.code.QuadProducts}, {@link dev.stlm.model.runtime.code.FloatProducts} and
 * {@link dev.stlm.model.runtime.code.HalfProducts}, which check every bound before. Where the
 * processor, the system or the way Java was started do not allow it, there is none, and the kernels
 * of the Vector API compute the same bits.
 */
@NullMarked
package dev.stlm.model.runtime.code;

import org.jspecify.annotations.NullMarked;
