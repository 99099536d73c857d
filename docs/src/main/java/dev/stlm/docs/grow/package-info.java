/**
 * Training by several workers, joined by what a project has.
 *
 * <p>{@link dev.stlm.docs.grow.FolderWorker} meets the others in a folder that all of them see.
 */
@NullMarked
package dev.stlm.docs.grow;

import org.jspecify.annotations.NullMarked;
