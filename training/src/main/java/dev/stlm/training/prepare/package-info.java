/**
 * Data preparation: files in, filtered documents without duplicates in shards out.
 *
 * <p>{@link dev.stlm.training.prepare.Preparation} follows a {@link
 * dev.stlm.training.prepare.PreparationRecipe}. Its work is cut into units that each depend on
 * their inputs alone and leave a file under the hash of them, so that a killed preparation goes on
 * where it was and a {@link dev.stlm.training.prepare.UnitRunner} may run units anywhere.
 */
@NullMarked
package dev.stlm.training.prepare;

import org.jspecify.annotations.NullMarked;
