/** How numbers are computed: backends, the autodiff tape, random numbers. */
@NullMarked
package dev.comporta.tensor;

import org.jspecify.annotations.NullMarked;
