/**
 * Captions and questions: small scenes, still or in motion, that are drawn and described by a
 * grammar, folders of pictures or clips with sentences, and the tasks that train models to say what
 * a picture or a clip shows and to answer questions about a picture.
 *
 * <p>Not here: the layers of such models (modules cells and attention), the search for outputs
 * (package decoding), pages and images of where a model looked (module view).
 *
 * <p>Start reading at: {@link dev.comporta.tasks.captions.Captions}.
 *
 * <p>To add a form, a colour or a way to say something: an entry in {@code Figure}, and a phrase or
 * a sentence in {@code Grammar}; drawing, parsing and vocabulary follow. To add a form of question:
 * a record in {@code SceneQuestion}.
 */
@NullMarked
package dev.comporta.tasks.captions;

import org.jspecify.annotations.NullMarked;
