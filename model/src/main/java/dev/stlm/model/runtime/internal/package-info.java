/**
 * How the CPU runtime computes; nothing here is for use by other modules.
 *
 * <p>A {@link dev.stlm.model.runtime.internal.LoadedModel} has the weights of an architecture and
 * makes its sessions and passes; a {@link dev.stlm.model.runtime.internal.ModelPass} takes a batch
 * of positions from ids to logits. Flat and pooled passes are put together from the same parts:
 * {@link dev.stlm.model.runtime.internal.EmbeddingPass}, {@link
 * dev.stlm.model.runtime.internal.StackPass} for every stack of blocks, {@link
 * dev.stlm.model.runtime.internal.HeadPass}. What a sequence needs later lies by position, and by
 * patch, in a {@link dev.stlm.model.runtime.internal.KvCache}, so forking and going back are its
 * business alone. Threads share the sessions of a batch ({@link
 * dev.stlm.model.runtime.internal.SharedBatch}), each with a pass of its own, or, where that is not
 * worth it, the panels and rows of every product ({@link dev.stlm.model.runtime.internal.Crew}).
 *
 * <p>A matrix is packed once at load so that outputs lie in vector lanes ({@link
 * dev.stlm.model.runtime.internal.PackedMatrix}); each output is then one chain of fused
 * multiply-adds in ascending input order, whatever the kernels, the lane count, the number of
 * positions computed together or the number of threads. A matrix of 16-bit floats is not packed but
 * read by row where the checkpoint has it: each output is then 16 such chains and a tree over them.
 * So whole text, byte by byte, batched, scalar, vector and machine code ({@link
 * dev.stlm.model.runtime.code.MachineCode}) all give the same bits. Packed weights, activations and
 * caches are heap arrays (the one representation that is fast under both C2 and ahead-of-time
 * compilation), except integers for machine code ({@link
 * dev.stlm.model.runtime.internal.PackedQuads}), whose memory is given back when the model is
 * closed and no call runs any more; look-up tables stay where the checkpoint has them, normally a
 * mapped file, and are read by row.
 */
@NullMarked
package dev.stlm.model.runtime.internal;

import org.jspecify.annotations.NullMarked;
