/**
 * The CPU runtime: {@link dev.stlm.model.runtime.CpuRuntime}, found by the name "cpu".
 *
 * <p>Its parts are in {@code internal}: the forward pass, the cache of keys and values, the worker
 * threads, and two sets of kernels (plain Java and the Vector API) that give the same bits.
 */
@NullMarked
package dev.stlm.model.runtime;

import org.jspecify.annotations.NullMarked;
