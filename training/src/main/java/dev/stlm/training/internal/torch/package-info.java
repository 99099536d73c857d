/**
 * The forward pass and the optimiser step as TorchScript programs, and the only code that touches
 * DJL's engine-internal classes.
 *
 * <p>DJL's NDArray has no fused attention, RMSNorm, cross-entropy or AdamW; a TorchScript program
 * has all of them. {@link dev.stlm.training.internal.torch.ForwardProgram} writes the program for a
 * config as text, {@link dev.stlm.training.internal.torch.TorchScriptArchive} packs it into the
 * archive that PyTorch loads, {@link dev.stlm.training.internal.torch.TorchProgram} runs it. {@link
 * dev.stlm.training.internal.torch.Learner} takes the steps; its threads share the sequences of a
 * batch ({@link dev.stlm.training.internal.torch.DataParallel}).
 */
@NullMarked
package dev.stlm.training.internal.torch;

import org.jspecify.annotations.NullMarked;
