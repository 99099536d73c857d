/**
 * Files of named tensors in the safetensors format, read strictly and written reproducibly.
 *
 * <p>A file is an 8-byte little-endian length, a JSON header of that length and the bytes of the
 * tensors. {@link dev.stlm.model.safetensors.SafetensorsFile} opens one by mapping it, {@link
 * dev.stlm.model.safetensors.SafetensorsWriter} writes one; both agree with the Python {@code
 * safetensors} library. Nothing here knows what a model is.
 */
@NullMarked
package dev.stlm.model.safetensors;

import org.jspecify.annotations.NullMarked;
