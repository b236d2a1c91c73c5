/** Attention scores and decoding. */
@NullMarked
package dev.comporta.attention;

import org.jspecify.annotations.NullMarked;
