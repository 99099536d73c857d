/** What only the native executable has; nothing here runs on a virtual machine. */
@NullMarked
package dev.stlm.serving.executable;

import org.jspecify.annotations.NullMarked;
