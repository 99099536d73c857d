/**
 * A run's figures as event files that TensorBoard opens.
 *
 * <p>{@link dev.stlm.training.internal.tensorboard.EventFile} is the listener, {@link
 * dev.stlm.training.internal.tensorboard.RecordFile} the framing with checksums, {@link
 * dev.stlm.training.internal.tensorboard.ProtoMessage} the few bytes of protocol buffers that an
 * event is made of.
 */
@NullMarked
package dev.stlm.training.internal.tensorboard;

import org.jspecify.annotations.NullMarked;
