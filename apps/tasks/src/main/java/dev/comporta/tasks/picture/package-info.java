/**
 * What all pictures of the tasks have in common: files by their ending, PNG bytes, pages of HTML.
 *
 * <p>Not here: what is drawn (the packages of the tasks).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.picture.PictureFile}.
 *
 * <p>To add a format: an ending in {@link dev.comporta.tasks.picture.PictureFile} and what it
 * holds.
 */
@NullMarked
package dev.comporta.tasks.picture;

import org.jspecify.annotations.NullMarked;
