/** What the tests of Comporta and of its plug-ins share. */
@NullMarked
package dev.comporta.testkit;

import org.jspecify.annotations.NullMarked;
